// Per-thread error text and codes, as aclGetRecentErrMsg and aclrtPeekAtLastError show them.
#pragma once

#include <string>

#include "acl/acl_base.h"

namespace ascend4j {

// Records "<class code>: <call>: <text>" for this thread, makes `code` the thread's last error, gives `code` back.
// The text says what was found, what was expected and what to do.
int fail(int code, const char *call, const char *format, ...) __attribute__((format(printf, 3, 4)));

// The same for a text that is complete already (an error that another thread found).
int failWith(int code, const std::string &text);

// "EE1001" and the like for a code.
const char *errorClass(int code);

// This thread's recent text; empty if none. The second form leaves none behind.
std::string recentMessage();
std::string takeRecentMessage();

}  // namespace ascend4j
