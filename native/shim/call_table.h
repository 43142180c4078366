// ACL functions as calls with arguments out of 64-bit words, so that a program of them can be kept as data.
#ifndef ASCEND4J_SHIM_CALL_TABLE_H_
#define ASCEND4J_SHIM_CALL_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "aclnn/acl_meta.h"

namespace ascend4j {

struct Call {
    const char *name;
    const char *kinds;  // one letter per word, as step_program.h lists them
    // workspaceSize and executor are for first phases alone.
    int (*invoke)(const uint64_t *words, uint64_t *workspaceSize, aclOpExecutor **executor);
    // Of a first phase: its second one.
    aclnnStatus (*second)(void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);
};

// Generated from native/include, sorted by name: every function that answers with a code.
extern const Call kCalls[];
extern const size_t kCallCount;

inline double doubleOf(uint64_t word) {
    double value;
    std::memcpy(&value, &word, sizeof(value));
    return value;
}

inline float floatOf(uint64_t word) {
    const uint32_t low = static_cast<uint32_t>(word);
    float value;
    std::memcpy(&value, &low, sizeof(value));
    return value;
}

}  // namespace ascend4j

#endif
