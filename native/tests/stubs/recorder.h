// A library that stands before the real ones under CANN's names, forwards every call and records the operators.
//   ASCEND4J_RECORD_TARGET  directory of the real libraries (required)
//   ASCEND4J_RECORD_FILE    file to which a line per operator call is appended; unset: nothing is recorded
// A first phase is written as
//   aclnnAddGetWorkspaceSize self=FLOAT:2x3;other=FLOAT:2x3@1x2;out=FLOAT:2x3|alpha=FLOAT:1
// (tensors before '|', attributes after; '-' is null; '/29' after a shape is a format other than ND; '!161002' at the
// end is a status other than success) and a second phase as its bare name.
#ifndef ASCEND4J_TESTS_STUBS_RECORDER_H_
#define ASCEND4J_TESTS_STUBS_RECORDER_H_

#include <string>

namespace recorder {

// The real function, or null where the real libraries lack it.
void *real(const char *function);

// Appends one whole line at once, so that lines of several threads do not mix.
void append(const std::string &line);

}  // namespace recorder

#endif
