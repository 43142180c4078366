# Copies FILES into STAGE and lists their digests, as 'hex  name' lines in sha256.txt. Run with cmake -P.

file(MAKE_DIRECTORY "${STAGE}")
set(lines "")
foreach(path IN LISTS FILES)
  get_filename_component(name "${path}" NAME)
  file(COPY "${path}" DESTINATION "${STAGE}")
  execute_process(COMMAND "${STRIP}" --strip-unneeded "${STAGE}/${name}" COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 "${STAGE}/${name}" digest)
  string(APPEND lines "${digest}  ${name}\n")
endforeach()
file(WRITE "${STAGE}/sha256.txt" "${lines}")
