# What follows from the declarations in include/: the shim's table and forwarders, and the export list.

file(GLOB_RECURSE ASCEND4J_HEADERS CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/include/*.h")
set(ASCEND4J_INCLUDE "${CMAKE_CURRENT_SOURCE_DIR}/include")
set(ASCEND4J_GENERATED "${CMAKE_CURRENT_BINARY_DIR}/generated")
set(ASCEND4J_DECLARATIONS
  "${CMAKE_CURRENT_SOURCE_DIR}/shim/declarations.py"
  "${CMAKE_CURRENT_SOURCE_DIR}/shim/since.tsv"
  ${ASCEND4J_HEADERS})

# The stamp carries the date: the script leaves files with unchanged text alone.
add_custom_command(
  OUTPUT "${ASCEND4J_GENERATED}/shim.stamp"
  BYPRODUCTS
    "${ASCEND4J_GENERATED}/table.cpp" "${ASCEND4J_GENERATED}/forward.cpp" "${ASCEND4J_GENERATED}/calls.cpp"
    "${ASCEND4J_GENERATED}/exports.map"
  COMMAND Python3::Interpreter -B "${CMAKE_CURRENT_SOURCE_DIR}/shim/generate.py"
    --include "${ASCEND4J_INCLUDE}" --since "${CMAKE_CURRENT_SOURCE_DIR}/shim/since.tsv"
    --out "${ASCEND4J_GENERATED}"
  COMMAND ${CMAKE_COMMAND} -E touch "${ASCEND4J_GENERATED}/shim.stamp"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/shim/generate.py" ${ASCEND4J_DECLARATIONS}
  COMMENT "Generating the function table and the export list"
  VERBATIM)
add_custom_target(ascend4j_generated DEPENDS "${ASCEND4J_GENERATED}/shim.stamp")
