// The host objects behind aclTensor, aclScalar, arrays and lists. Every access goes through isLive first.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "aclnn/acl_meta.h"
#include "core/object_arena.h"
#include "core/tensor_view.h"

struct aclTensor {
    std::atomic<uint64_t> magic;
    ascend4j::TensorView view;
    int storageRank = 0;
    int64_t storageDims[ascend4j::kMaxDims] = {};

    aclTensor() {}
};

struct aclScalar {
    std::atomic<uint64_t> magic;
    aclDataType dtype;
    unsigned char bytes[16] = {};

    explicit aclScalar(aclDataType type) : dtype(type) {}
};

namespace ascend4j {

template <typename T>
struct HostArray {
    std::atomic<uint64_t> magic;
    std::vector<T> values;

    HostArray(const T *source, uint64_t size) : values(source, source + size) {}
};

}  // namespace ascend4j

struct aclIntArray : ascend4j::HostArray<int64_t> {
    using HostArray::HostArray;
};

struct aclFloatArray : ascend4j::HostArray<float> {
    using HostArray::HostArray;
};

struct aclBoolArray {
    std::atomic<uint64_t> magic;
    std::vector<unsigned char> values;

    aclBoolArray(const bool *source, uint64_t size) : values(source, source + size) {}
};

// Lists own their members.
struct aclTensorList : ascend4j::HostArray<const aclTensor *> {
    using HostArray::HostArray;
};

struct aclScalarList : ascend4j::HostArray<const aclScalar *> {
    using HostArray::HostArray;
};

namespace ascend4j {

// One arena per kind; never destroyed.
template <typename T>
ObjectArena<T> &arena() {
    static auto *instance = new ObjectArena<T>();
    return *instance;
}

template <typename T>
bool isLive(const T *object) {
    return arena<T>().isLive(object);
}

}  // namespace ascend4j
