#include "core/tensor_view.h"

#include "acl/acl_base.h"
#include "kernels/convert.h"

namespace ascend4j {

int64_t TensorView::elements() const {
    int64_t count = 1;
    for (int i = 0; i < rank; ++i) {
        count *= dims[i];
    }
    return count;
}

bool TensorView::contiguous() const {
    int64_t expected = 1;
    for (int i = rank - 1; i >= 0; --i) {
        if (dims[i] == 0) {
            return true;
        }
        if (dims[i] != 1 && strides[i] != expected) {
            return false;
        }
        expected *= dims[i];
    }
    return true;
}

int64_t TensorView::dim(int index) const {
    return dims[index < 0 ? rank + index : index];
}

int64_t TensorView::stride(int index) const {
    return strides[index < 0 ? rank + index : index];
}

unsigned char *TensorView::bytes() const {
    return data == nullptr ? nullptr : static_cast<unsigned char *>(data) + offset * elementBits(dtype) / 8;
}

uint64_t TensorView::spanBytes() const {
    int64_t last = 0;
    for (int i = 0; i < rank; ++i) {
        if (dims[i] == 0) {
            return 0;
        }
        last += (dims[i] - 1) * strides[i];
    }
    return (static_cast<uint64_t>(last + 1) * static_cast<uint64_t>(elementBits(dtype)) + 7) / 8;
}

int elementBits(aclDataType dtype) {
    switch (dtype) {
        case ACL_INT4:
            return 4;
        case ACL_INT8:
        case ACL_UINT8:
        case ACL_BOOL:
            return 8;
        case ACL_FLOAT16:
        case ACL_BF16:
        case ACL_INT16:
        case ACL_UINT16:
            return 16;
        case ACL_FLOAT:
        case ACL_INT32:
        case ACL_UINT32:
        case ACL_COMPLEX32:
            return 32;
        case ACL_DOUBLE:
        case ACL_INT64:
        case ACL_UINT64:
        case ACL_COMPLEX64:
            return 64;
        case ACL_COMPLEX128:
            return 128;
        default:
            return 0;
    }
}

const char *dtypeName(aclDataType dtype) {
    switch (dtype) {
        case ACL_FLOAT: return "FLOAT";
        case ACL_FLOAT16: return "FLOAT16";
        case ACL_INT8: return "INT8";
        case ACL_INT32: return "INT32";
        case ACL_UINT8: return "UINT8";
        case ACL_INT16: return "INT16";
        case ACL_UINT16: return "UINT16";
        case ACL_UINT32: return "UINT32";
        case ACL_INT64: return "INT64";
        case ACL_UINT64: return "UINT64";
        case ACL_DOUBLE: return "DOUBLE";
        case ACL_BOOL: return "BOOL";
        case ACL_STRING: return "STRING";
        case ACL_COMPLEX64: return "COMPLEX64";
        case ACL_COMPLEX128: return "COMPLEX128";
        case ACL_BF16: return "BF16";
        case ACL_INT4: return "INT4";
        case ACL_UINT1: return "UINT1";
        case ACL_COMPLEX32: return "COMPLEX32";
        default: return "UNDEFINED";
    }
}

}  // namespace ascend4j

size_t aclDataTypeSize(aclDataType dataType) {
    if (dataType == ACL_INT4 || dataType == ACL_UINT1) {
        return 1;
    }
    return static_cast<size_t>(ascend4j::elementBits(dataType)) / 8;
}

float aclFloat16ToFloat(aclFloat16 value) {
    return ascend4j::halfToFloat(value);
}

aclFloat16 aclFloatToFloat16(float value) {
    return ascend4j::floatToHalf(value);
}
