# The host device under CANN's library names: one real library, and forwarders that only depend on it.

file(GLOB_RECURSE host_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/host/*.cpp")
ascend4j_by_instruction_set(${host_sources})
file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp" CONTENT "// A library needs one source.\n")

# Compiled once for the library and for the tests, which reach inside.
add_library(ascend4j_host OBJECT "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp" ${host_sources})
target_include_directories(ascend4j_host PUBLIC "${ASCEND4J_INCLUDE}" "${CMAKE_CURRENT_SOURCE_DIR}/host")
target_compile_options(ascend4j_host PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
target_link_libraries(ascend4j_host PUBLIC ascend4j_flags Threads::Threads)

set(ASCEND4J_HOST_DIR "${CMAKE_CURRENT_BINARY_DIR}/host")

add_library(ascendcl SHARED $<TARGET_OBJECTS:ascend4j_host>)
add_dependencies(ascendcl ascend4j_generated)
target_link_libraries(ascendcl PRIVATE ascend4j_flags ascend4j_private_runtime Threads::Threads ${CMAKE_DL_LIBS})
target_link_options(ascendcl PRIVATE
  "-Wl,--version-script=${ASCEND4J_GENERATED}/exports.map" -Wl,-Bsymbolic-functions -Wl,--as-needed
  -Wl,-z,nodelete)  # its worker threads outlive any dlclose
if(NOT ASCEND4J_SANITIZE)
  target_link_options(ascendcl PRIVATE -Wl,-z,defs)
endif()
set_target_properties(ascendcl PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY "${ASCEND4J_HOST_DIR}" LINK_DEPENDS "${ASCEND4J_GENERATED}/shim.stamp" SKIP_BUILD_RPATH ON)

# A library under one of CANN's names that holds nothing and depends on libascendcl.so beside it.
function(ascend4j_forwarder target name directory real)
  add_library(${target} SHARED "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp")
  target_link_options(${target} PRIVATE -nostdlib -Wl,--no-as-needed -Wl,--enable-new-dtags)
  target_link_libraries(${target} PRIVATE ${real})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY "${directory}" BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
endfunction()

ascend4j_forwarder(nnopbase nnopbase "${ASCEND4J_HOST_DIR}" ascendcl)
ascend4j_forwarder(opapi opapi "${ASCEND4J_HOST_DIR}" ascendcl)

set(ASCEND4J_DEVICE_FILES $<TARGET_FILE:ascendcl> $<TARGET_FILE:nnopbase> $<TARGET_FILE:opapi>)
set(check_elf "${CMAKE_CURRENT_SOURCE_DIR}/check-elf.py")

# No device library leaves the build with an undeclared export or a dependency that a user's machine may lack.
set(host_check_arguments device --include "${ASCEND4J_INCLUDE}")
if(ASCEND4J_SANITIZE)
  list(APPEND host_check_arguments --any-dependency)
endif()
add_custom_command(
  OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/host.checked"
  COMMAND Python3::Interpreter -B "${check_elf}" ${host_check_arguments} ${ASCEND4J_DEVICE_FILES}
  COMMAND ${CMAKE_COMMAND} -E touch "${CMAKE_CURRENT_BINARY_DIR}/host.checked"
  DEPENDS "${check_elf}" ascendcl nnopbase opapi ${ASCEND4J_HEADERS}
  COMMENT "Checking the device libraries" VERBATIM)
add_custom_target(host_checked ALL DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/host.checked")

if(ASCEND4J_STAGE_DIR)
  set(stage "${ASCEND4J_STAGE_DIR}/META-INF/ascend4j/${ASCEND4J_PLATFORM}")
  add_custom_command(
    OUTPUT "${stage}/sha256.txt"
    COMMAND ${CMAKE_COMMAND} "-DFILES=${ASCEND4J_DEVICE_FILES}" "-DSTAGE=${stage}" "-DSTRIP=${CMAKE_STRIP}"
      -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/stage.cmake"
    DEPENDS "${CMAKE_CURRENT_BINARY_DIR}/host.checked" "${CMAKE_CURRENT_SOURCE_DIR}/cmake/stage.cmake"
    COMMENT "Staging the device libraries" VERBATIM)
  add_custom_target(stage ALL DEPENDS "${stage}/sha256.txt")
endif()
