# The static shim: goes into the JNI library and exports nothing from it.

file(GLOB shim_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/shim/*.cpp")
add_library(ascend4j_shim STATIC
  ${shim_sources} "${ASCEND4J_GENERATED}/table.cpp" "${ASCEND4J_GENERATED}/forward.cpp"
  "${ASCEND4J_GENERATED}/calls.cpp")
add_dependencies(ascend4j_shim ascend4j_generated)
target_include_directories(ascend4j_shim PUBLIC shim "${ASCEND4J_INCLUDE}")
target_compile_options(ascend4j_shim PRIVATE -fvisibility=hidden -fvisibility-inlines-hidden)
target_compile_definitions(ascend4j_shim PRIVATE "ACL_FUNC_VISIBILITY=__attribute__((visibility(\"hidden\")))")
target_link_libraries(ascend4j_shim PRIVATE ascend4j_flags INTERFACE ${CMAKE_DL_LIBS} Threads::Threads)
