# Tests, built by the target `tests` only: GoogleTest programs, one per source, so that one that does not build leaves
# the others alone; a C program written for ACL; scripts.

add_custom_target(tests)
add_dependencies(tests stubs host_checked)

find_package(GTest QUIET)
if(NOT TARGET GTest::gtest_main AND EXISTS /usr/src/googletest/CMakeLists.txt)
  add_subdirectory(/usr/src/googletest googletest EXCLUDE_FROM_ALL)
  if(NOT TARGET GTest::gtest_main)
    add_library(GTest::gtest_main ALIAS gtest_main)
  endif()
endif()
if(NOT TARGET GTest::gtest_main)
  add_custom_target(googletest_found
    COMMAND ${CMAKE_COMMAND} -E echo "native tests: GoogleTest is not installed. Run native/setup.sh"
    COMMAND ${CMAKE_COMMAND} -E false)
  add_dependencies(tests googletest_found)
  return()
endif()
include(GoogleTest)

# ascend4j_test(<name> <source...>): a GoogleTest program whose cases ctest runs one by one.
function(ascend4j_test name)
  add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
  target_link_libraries(${name} PRIVATE ascend4j_flags GTest::gtest_main Threads::Threads ${CMAKE_DL_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/tests")
  add_dependencies(tests ${name})
  gtest_discover_tests(${name}
    TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300
    EXTRA_ARGS --gtest_brief=1)
endfunction()

set(tests_root "${CMAKE_CURRENT_SOURCE_DIR}/tests")

# Host device: sources that are no *_test.cpp are helpers of all.
file(GLOB_RECURSE host_helpers CONFIGURE_DEPENDS "${tests_root}/host/*.cpp")
file(GLOB_RECURSE host_tests CONFIGURE_DEPENDS "${tests_root}/host/*_test.cpp")
list(REMOVE_ITEM host_helpers "" ${host_tests})
ascend4j_by_instruction_set(${host_helpers})
foreach(source IN LISTS host_tests)
  file(RELATIVE_PATH name "${tests_root}/host" "${source}")
  string(REGEX REPLACE "\\.cpp$" "" name "${name}")
  string(REPLACE "/" "_" name "host_${name}")
  ascend4j_test(${name} "${source}" ${host_helpers})
  target_link_libraries(${name} PRIVATE ascend4j_host)
  target_include_directories(${name} PRIVATE "${tests_root}/host")
endforeach()

file(GLOB shim_tests CONFIGURE_DEPENDS "${tests_root}/shim/*_test.cpp")
foreach(source IN LISTS shim_tests)
  get_filename_component(name "${source}" NAME_WE)
  ascend4j_test(shim_${name} "${source}")
  target_link_libraries(shim_${name} PRIVATE ascend4j_shim)
  target_include_directories(shim_${name} PRIVATE "${tests_root}/shim")
  target_compile_definitions(shim_${name} PRIVATE
    "STUBS=\"${ASCEND4J_STUBS}\"" "HOST=\"${ASCEND4J_HOST_DIR}\""
    "ACL_FUNC_VISIBILITY=__attribute__((visibility(\"hidden\")))")
  add_dependencies(shim_${name} stubs)
endforeach()

# A library linked as the JNI library is: the shim inside, nothing but JNI entry points outside.
add_library(jni_probe SHARED EXCLUDE_FROM_ALL "${tests_root}/shim/jni_probe.cpp")
target_link_libraries(jni_probe PRIVATE ascend4j_flags ascend4j_shim ascend4j_private_runtime)
target_link_options(jni_probe PRIVATE "-Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/shim/jni.map")
add_dependencies(tests jni_probe)
if(NOT ASCEND4J_SANITIZE)
  add_test(NAME jni_library_is_closed COMMAND Python3::Interpreter -B "${check_elf}" jni $<TARGET_FILE:jni_probe>)
endif()

# A program as any ACL user writes it, once on the host device and once through the recorder.
add_executable(acl_program EXCLUDE_FROM_ALL "${tests_root}/c/acl_program.c")
target_include_directories(acl_program PRIVATE "${ASCEND4J_INCLUDE}")
target_link_libraries(acl_program PRIVATE ascend4j_flags ascendcl nnopbase opapi)
target_link_options(acl_program PRIVATE -Wl,--no-as-needed)
add_dependencies(tests acl_program)
add_test(NAME acl_program COMMAND acl_program)
add_test(NAME acl_program_recorded
  COMMAND "${tests_root}/c/recorded.sh" $<TARGET_FILE:acl_program> "${ASCEND4J_STUBS}/recorder"
    "${ASCEND4J_HOST_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/tests/acl_program.record")

add_test(NAME device_libraries_are_complete
  COMMAND Python3::Interpreter -B "${check_elf}" ${host_check_arguments} --complete ${ASCEND4J_DEVICE_FILES})
add_test(NAME check_elf COMMAND Python3::Interpreter -B "${tests_root}/check_elf_test.py" "${CMAKE_CURRENT_BINARY_DIR}")
add_test(NAME declarations COMMAND Python3::Interpreter -B "${tests_root}/declarations_test.py")
add_test(NAME setup COMMAND "${tests_root}/setup_test.sh")
if(ASCEND4J_SANITIZE)
  set_tests_properties(acl_program acl_program_recorded check_elf PROPERTIES ENVIRONMENT "ASAN_OPTIONS=detect_odr_violation=0")
endif()

# Kernels' timings, one program per source; built by the target `bench` and run by hand.
add_custom_target(bench)
file(GLOB bench_sources CONFIGURE_DEPENDS "${tests_root}/bench/*_bench.cpp")
foreach(source IN LISTS bench_sources)
  get_filename_component(name "${source}" NAME_WE)
  add_executable(${name} EXCLUDE_FROM_ALL "${source}")
  target_link_libraries(${name} PRIVATE ascend4j_flags ascend4j_host Threads::Threads ${CMAKE_DL_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/bench")
  add_dependencies(bench ${name})
endforeach()
