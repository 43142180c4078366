# Libraries under CANN's names for tests; nothing here is packaged. Each set is a directory of stubs/ in the tree:
#   lacking-op      CANN 8.1.RC1 without aclnnSwiGlu (and without what came later, such as aclnnScatterPaKvCache)
#   signal-grabber  takes the JVM's signals while it loads, as CANN's trace library does
#   recorder        forwards every call to real libraries and writes down the operators
#   link-stub       answers 100039 to everything, as CANN's devlib does
#   split           CANN 8.5.0 with its operators in libopapi_math.so and libopapi_nn.so
#   custom-first, custom-second   custom operator packages that replace aclnnAdd (and, the second, aclnnMul)

set(ASCEND4J_STUBS "${CMAKE_CURRENT_BINARY_DIR}/stubs")
set(stub_sources "${CMAKE_CURRENT_SOURCE_DIR}/tests/stubs")
add_custom_target(stubs)

# ascend4j_stub(<set directory> <library> [SOURCES file...] [GENERATE argument...] [NEEDS target])
function(ascend4j_stub directory library)
  cmake_parse_arguments(PARSE_ARGV 2 stub "" "NEEDS" "SOURCES;GENERATE")
  string(MAKE_C_IDENTIFIER "stub_${directory}_${library}" target)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/generated/stubs/${target}.c")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND Python3::Interpreter -B "${stub_sources}/generate_stub.py" --include "${ASCEND4J_INCLUDE}"
      --since "${CMAKE_CURRENT_SOURCE_DIR}/shim/since.tsv" --out "${source}" ${stub_GENERATE}
    DEPENDS "${stub_sources}/generate_stub.py" ${ASCEND4J_DECLARATIONS} VERBATIM)
  add_library(${target} SHARED EXCLUDE_FROM_ALL "${source}" ${stub_SOURCES})
  target_include_directories(${target} PRIVATE "${ASCEND4J_INCLUDE}")
  target_link_libraries(${target} PRIVATE ascend4j_flags ascend4j_private_runtime)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${library} LIBRARY_OUTPUT_DIRECTORY "${ASCEND4J_STUBS}/${directory}"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
  if(stub_NEEDS)
    target_link_options(${target} PRIVATE -Wl,--no-as-needed)
    target_link_libraries(${target} PRIVATE ${stub_NEEDS})
  endif()
  add_dependencies(stubs ${target})
endfunction()

set(runtime_names "acl(rt|sys)?[A-Z].*|aclnn(Init|Finalize)")
set(operator_names "aclnn(?!Init|Finalize).*")

ascend4j_stub(lacking-op ascendcl GENERATE --cann 8.1.RC1 --only "${runtime_names}")
ascend4j_stub(lacking-op opapi GENERATE --cann 8.1.RC1 --only "${operator_names}" --lacking aclnnSwiGlu)
ascend4j_stub(signal-grabber ascendcl GENERATE --cann 8.1.RC1 SOURCES "${stub_sources}/signal_grabber.cpp")
ascend4j_stub(link-stub ascendcl GENERATE --result 100039)
ascend4j_stub(split ascendcl GENERATE --cann 8.5.0 --only "${runtime_names}")
ascend4j_stub(split opapi_math GENERATE --cann 8.5.0 --only "aclnn(Add|Mul)(GetWorkspaceSize)?")
ascend4j_stub(split opapi_nn GENERATE --cann 8.5.0 --only "${operator_names}" --lacking aclnnAdd,aclnnMul)
ascend4j_stub(custom-first/op_api/lib cust_opapi
  GENERATE --only "aclnnAdd(GetWorkspaceSize)?|aclnnMulGetWorkspaceSize" --result 1001
  NEEDS stub_lacking_op_opapi)
ascend4j_stub(custom-second/op_api/lib cust_opapi
  GENERATE --only "aclnn(Add|Mul)(GetWorkspaceSize)?" --result 1002)

# The recorder: one real library, and forwarders under the other two names.
set(recorder_source "${CMAKE_CURRENT_BINARY_DIR}/generated/stubs/recorder_calls.cpp")
add_custom_command(
  OUTPUT "${recorder_source}"
  COMMAND Python3::Interpreter -B "${stub_sources}/generate_recorder.py" --include "${ASCEND4J_INCLUDE}"
    --out "${recorder_source}"
  DEPENDS "${stub_sources}/generate_recorder.py" ${ASCEND4J_DECLARATIONS} VERBATIM)
add_library(recorder_ascendcl SHARED EXCLUDE_FROM_ALL
  "${recorder_source}" "${stub_sources}/recorder.cpp" "${stub_sources}/describe.cpp")
add_dependencies(recorder_ascendcl ascend4j_generated)
target_include_directories(recorder_ascendcl PRIVATE "${ASCEND4J_INCLUDE}" "${stub_sources}")
target_compile_options(recorder_ascendcl PRIVATE -fvisibility=hidden)
target_link_libraries(recorder_ascendcl PRIVATE ascend4j_flags ascend4j_private_runtime Threads::Threads ${CMAKE_DL_LIBS})
target_link_options(recorder_ascendcl PRIVATE
  "-Wl,--version-script=${ASCEND4J_GENERATED}/exports.map" -Wl,-Bsymbolic-functions)
set_target_properties(recorder_ascendcl PROPERTIES
  OUTPUT_NAME ascendcl LIBRARY_OUTPUT_DIRECTORY "${ASCEND4J_STUBS}/recorder" SKIP_BUILD_RPATH ON)
ascend4j_forwarder(recorder_nnopbase nnopbase "${ASCEND4J_STUBS}/recorder" recorder_ascendcl)
ascend4j_forwarder(recorder_opapi opapi "${ASCEND4J_STUBS}/recorder" recorder_ascendcl)
set_target_properties(recorder_nnopbase recorder_opapi PROPERTIES EXCLUDE_FROM_ALL ON)
add_dependencies(stubs recorder_ascendcl recorder_nnopbase recorder_opapi)
