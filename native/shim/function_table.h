// Every declared function's address in the opened libraries, filled once by open and read without a lock.
#ifndef ASCEND4J_SHIM_FUNCTION_TABLE_H_
#define ASCEND4J_SHIM_FUNCTION_TABLE_H_

#include <atomic>
#include <cstddef>
#include <string>

#include "library_list.h"

namespace ascend4j {

struct Declared {
    const char *name;
    const char *since;    // first CANN known to have it
    const char *partner;  // the operator's other phase, or null
};

// Generated from native/include, sorted by name; a function's position is its index in the table.
extern const Declared kDeclared[];
extern const size_t kDeclaredCount;
extern std::atomic<void *> gAddresses[];

// Fills the table; functions that no library has stay null.
void fillTable(const LibraryList &libraries);

// The library that serves an index, or null.
const std::string *servedBy(size_t index);

// Index of a declared function, kDeclaredCount when there is none of that name.
size_t indexOf(const char *name);

// Notes the call of an absent function for this thread and answers why it is absent, as an error code.
int absent(size_t index);

// The last function passed to absent() in this thread, or null.
const char *lastAbsent();

}  // namespace ascend4j

#endif
