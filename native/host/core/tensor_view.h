// What an operator needs to know of a tensor once phase 1 has copied its description.
#pragma once

#include <cstddef>
#include <cstdint>

#include "acl/acl_base.h"

namespace ascend4j {

constexpr int kMaxDims = 8;

// A strided view of device memory. Strides count elements; `data` is the address of element 0 of the storage and
// `offset` (elements) leads from there to the view's first element, as in aclCreateTensor. For ACL_INT4 two elements
// share a byte, the even index in the low nibble, so offsets and the strides of all but the last dimension are even.
struct TensorView {
    bool present = false;  // false for an optional parameter that was null
    aclDataType dtype = ACL_DT_UNDEFINED;
    aclFormat format = ACL_FORMAT_ND;
    int rank = 0;
    int64_t dims[kMaxDims] = {};
    int64_t strides[kMaxDims] = {};
    int64_t offset = 0;
    void *data = nullptr;

    int64_t elements() const;               // product of dims; 1 for rank 0
    bool contiguous() const;                // row-major without gaps
    int64_t dim(int index) const;           // negative index counts from the back
    int64_t stride(int index) const;
    unsigned char *bytes() const;           // address of the view's first element
    uint64_t spanBytes() const;             // bytes from there to the end of the last element; 0 if empty
    template <typename T>
    T *as() const {
        return reinterpret_cast<T *>(bytes());
    }
};

// Bits of one element: 4 for ACL_INT4; 0 for a type the host device does not store.
int elementBits(aclDataType dtype);

// The data type's usual name ("FLOAT16") for messages.
const char *dtypeName(aclDataType dtype);

}  // namespace ascend4j
