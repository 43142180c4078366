// aclTensor: creation, destruction, getters.
#include <algorithm>
#include <new>

#include "aclnn/acl_meta.h"
#include "core/error.h"
#include "core/objects.h"

namespace {

using ascend4j::arena;
using ascend4j::fail;
using ascend4j::isLive;
using ascend4j::kMaxDims;
using ascend4j::TensorView;

constexpr const char *kCreate = "aclCreateTensor";

// False, with a message, if a size is negative or the product of sizes does not fit.
bool acceptDims(const char *name, const int64_t *dims, uint64_t rank) {
    if (rank > kMaxDims) {
        fail(ACLNN_ERR_PARAM_INVALID, kCreate, "%sNum: found %llu, expected at most %d", name,
             static_cast<unsigned long long>(rank), kMaxDims);
        return false;
    }
    if (dims == nullptr && rank > 0) {
        fail(ACLNN_ERR_PARAM_NULLPTR, kCreate, "%s: found null, expected %llu sizes", name,
             static_cast<unsigned long long>(rank));
        return false;
    }
    int64_t product = 1;
    for (uint64_t i = 0; i < rank; ++i) {
        if (dims[i] < 0 || __builtin_mul_overflow(product, std::max<int64_t>(dims[i], 1), &product)) {
            fail(ACLNN_ERR_PARAM_INVALID, kCreate, "%s[%llu]: found %lld, expected sizes >= 0 with a product below 2^63",
                 name, static_cast<unsigned long long>(i), static_cast<long long>(dims[i]));
            return false;
        }
    }
    return true;
}

void packStrides(TensorView &view) {
    int64_t stride = 1;
    for (int i = view.rank - 1; i >= 0; --i) {
        view.strides[i] = stride;
        stride *= std::max<int64_t>(view.dims[i], 1);
    }
}

// The last element's position, and with it every byte address, must be a small enough number.
bool acceptSpan(const TensorView &view) {
    int64_t last = view.offset;
    bool good = view.offset >= 0;
    for (int i = 0; i < view.rank && good; ++i) {
        int64_t reach = 0;
        good = view.strides[i] >= 0 &&
               !__builtin_mul_overflow(view.strides[i], std::max<int64_t>(view.dims[i] - 1, 0), &reach) &&
               !__builtin_add_overflow(last, reach, &last) && last < (int64_t{1} << 56);
    }
    if (!good) {
        fail(ACLNN_ERR_PARAM_INVALID, kCreate, "stride, offset: expected values >= 0 that stay below 2^56 elements");
    }
    return good;
}

aclnnStatus copyOut(const char *call, const int64_t *values, int count, int64_t **target, uint64_t *size) {
    if (target == nullptr || size == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, call, "result pointers: found null");
    }
    auto *copy = new (std::nothrow) int64_t[static_cast<size_t>(std::max(count, 1))];
    if (copy == nullptr) {
        return fail(ACLNN_ERR_INNER, call, "out of host memory");
    }
    std::copy(values, values + count, copy);
    *target = copy;
    *size = static_cast<uint64_t>(count);
    return ACLNN_SUCCESS;
}

aclnnStatus checkTensor(const char *call, const aclTensor *tensor) {
    if (tensor == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, call, "tensor: found null");
    }
    if (!isLive(tensor)) {
        return fail(ACLNN_ERR_PARAM_INVALID, call, "tensor: %p is no live tensor; it was destroyed or never created",
                    static_cast<const void *>(tensor));
    }
    return ACLNN_SUCCESS;
}

}  // namespace

aclTensor *aclCreateTensor(const int64_t *viewDims, uint64_t viewDimsNum, aclDataType dataType, const int64_t *stride,
                           int64_t offset, aclFormat format, const int64_t *storageDims, uint64_t storageDimsNum,
                           void *tensorData) {
    if (!acceptDims("viewDims", viewDims, viewDimsNum) || !acceptDims("storageDims", storageDims, storageDimsNum)) {
        return nullptr;
    }
    TensorView view;
    view.present = true;
    view.dtype = dataType;
    view.format = format;
    view.rank = static_cast<int>(viewDimsNum);
    view.offset = offset;
    view.data = tensorData;
    std::copy(viewDims, viewDims + viewDimsNum, view.dims);
    if (stride == nullptr) {
        packStrides(view);
    } else {
        std::copy(stride, stride + viewDimsNum, view.strides);
    }
    if (!acceptSpan(view)) {
        return nullptr;
    }
    aclTensor *tensor = arena<aclTensor>().create();
    if (tensor == nullptr) {
        fail(ACLNN_ERR_INNER, kCreate, "too many live tensors (%lld); destroy some",
             static_cast<long long>(arena<aclTensor>().live()));
        return nullptr;
    }
    tensor->view = view;
    tensor->storageRank = static_cast<int>(storageDimsNum);
    std::copy(storageDims, storageDims + storageDimsNum, tensor->storageDims);
    return tensor;
}

aclnnStatus aclDestroyTensor(const aclTensor *tensor) {
    if (tensor != nullptr && !arena<aclTensor>().destroy(const_cast<aclTensor *>(tensor))) {
        return checkTensor("aclDestroyTensor", tensor);
    }
    return ACLNN_SUCCESS;
}

aclnnStatus aclGetViewShape(const aclTensor *tensor, int64_t **viewDims, uint64_t *viewDimsNum) {
    const aclnnStatus status = checkTensor("aclGetViewShape", tensor);
    return status != 0 ? status : copyOut("aclGetViewShape", tensor->view.dims, tensor->view.rank, viewDims, viewDimsNum);
}

aclnnStatus aclGetStorageShape(const aclTensor *tensor, int64_t **storageDims, uint64_t *storageDimsNum) {
    const aclnnStatus status = checkTensor("aclGetStorageShape", tensor);
    return status != 0 ? status
                       : copyOut("aclGetStorageShape", tensor->storageDims, tensor->storageRank, storageDims,
                                 storageDimsNum);
}

aclnnStatus aclGetViewStrides(const aclTensor *tensor, int64_t **stridesValue, uint64_t *stridesNum) {
    const aclnnStatus status = checkTensor("aclGetViewStrides", tensor);
    return status != 0 ? status
                       : copyOut("aclGetViewStrides", tensor->view.strides, tensor->view.rank, stridesValue, stridesNum);
}

namespace {

template <typename T>
aclnnStatus get(const char *call, const aclTensor *tensor, T *target, T TensorView::*field) {
    const aclnnStatus status = checkTensor(call, tensor);
    if (status != 0) {
        return status;
    }
    if (target == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, call, "result pointer: found null");
    }
    *target = tensor->view.*field;
    return ACLNN_SUCCESS;
}

}  // namespace

aclnnStatus aclGetViewOffset(const aclTensor *tensor, int64_t *offset) {
    return get("aclGetViewOffset", tensor, offset, &TensorView::offset);
}

aclnnStatus aclGetFormat(const aclTensor *tensor, aclFormat *format) {
    return get("aclGetFormat", tensor, format, &TensorView::format);
}

aclnnStatus aclGetDataType(const aclTensor *tensor, aclDataType *dataType) {
    return get("aclGetDataType", tensor, dataType, &TensorView::dtype);
}
