// aclScalar, the arrays and the lists.
#include <cstring>
#include <new>

#include "aclnn/acl_meta.h"
#include "core/error.h"
#include "core/objects.h"
#include "core/op.h"
#include "kernels/convert.h"

namespace {

using namespace ascend4j;

constexpr uint64_t kMaxArray = uint64_t{1} << 32;
constexpr uint64_t kMaxList = uint64_t{1} << 20;

template <typename Array, typename Value>
Array *createArray(const char *call, const Value *values, uint64_t size, uint64_t maximum) {
    if ((values == nullptr && size > 0) || size > maximum) {
        fail(values == nullptr ? ACLNN_ERR_PARAM_NULLPTR : ACLNN_ERR_PARAM_INVALID, call,
             "value: found %s, size %llu; expected values and a size up to %llu", values == nullptr ? "null" : "values",
             static_cast<unsigned long long>(size), static_cast<unsigned long long>(maximum));
        return nullptr;
    }
    try {
        return arena<Array>().create(values, size);
    } catch (const std::bad_alloc &) {
        fail(ACLNN_ERR_INNER, call, "out of host memory for %llu values", static_cast<unsigned long long>(size));
        return nullptr;
    }
}

template <typename T>
aclnnStatus refuse(const char *call, const T *object) {
    if (object == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, call, "found null");
    }
    return fail(ACLNN_ERR_PARAM_INVALID, call, "%p is no live object of this kind; it was destroyed or never created",
                static_cast<const void *>(object));
}

template <typename T>
aclnnStatus destroy(const char *call, const T *object) {
    if (object != nullptr && !arena<T>().destroy(const_cast<T *>(object))) {
        return refuse(call, object);
    }
    return ACLNN_SUCCESS;
}

template <typename T>
aclnnStatus sizeOf(const char *call, const T *object, uint64_t *size) {
    if (!isLive(object)) {
        return refuse(call, object);
    }
    if (size == nullptr) {
        return fail(ACLNN_ERR_PARAM_NULLPTR, call, "size: found null");
    }
    *size = object->values.size();
    return ACLNN_SUCCESS;
}

// Takes the members out first: the list's own slot may be given away as soon as it is destroyed.
template <typename List, typename Member>
aclnnStatus destroyList(const char *call, const List *list, aclnnStatus (*destroyMember)(const Member *)) {
    if (list == nullptr) {
        return ACLNN_SUCCESS;
    }
    if (!isLive(list)) {
        return refuse(call, list);
    }
    const auto members = list->values;
    aclnnStatus status = destroy(call, list);
    for (const Member *member : members) {
        const aclnnStatus one = status == 0 ? destroyMember(member) : 0;
        status = status == 0 ? one : status;
    }
    return status;
}

}  // namespace

aclScalar *aclCreateScalar(void *value, aclDataType dataType) {
    const size_t size = aclDataTypeSize(dataType);
    if (value == nullptr || size == 0) {
        fail(value == nullptr ? ACLNN_ERR_PARAM_NULLPTR : ACLNN_ERR_PARAM_INVALID, "aclCreateScalar",
             "value: found %s, data type %s; expected a value of a storable type", value == nullptr ? "null" : "a value",
             dtypeName(dataType));
        return nullptr;
    }
    aclScalar *scalar = arena<aclScalar>().create(dataType);
    if (scalar == nullptr) {
        fail(ACLNN_ERR_INNER, "aclCreateScalar", "too many live scalars; destroy some");
        return nullptr;
    }
    std::memcpy(scalar->bytes, value, size);
    return scalar;
}

aclIntArray *aclCreateIntArray(const int64_t *value, uint64_t size) {
    return createArray<aclIntArray>("aclCreateIntArray", value, size, kMaxArray);
}

aclFloatArray *aclCreateFloatArray(const float *value, uint64_t size) {
    return createArray<aclFloatArray>("aclCreateFloatArray", value, size, kMaxArray);
}

aclBoolArray *aclCreateBoolArray(const bool *value, uint64_t size) {
    return createArray<aclBoolArray>("aclCreateBoolArray", value, size, kMaxArray);
}

aclTensorList *aclCreateTensorList(const aclTensor *const *value, uint64_t size) {
    return createArray<aclTensorList>("aclCreateTensorList", value, size, kMaxList);
}

aclScalarList *aclCreateScalarList(const aclScalar *const *value, uint64_t size) {
    return createArray<aclScalarList>("aclCreateScalarList", value, size, kMaxList);
}

aclnnStatus aclDestroyScalar(const aclScalar *scalar) {
    return destroy("aclDestroyScalar", scalar);
}

aclnnStatus aclDestroyIntArray(const aclIntArray *array) {
    return destroy("aclDestroyIntArray", array);
}

aclnnStatus aclDestroyFloatArray(const aclFloatArray *array) {
    return destroy("aclDestroyFloatArray", array);
}

aclnnStatus aclDestroyBoolArray(const aclBoolArray *array) {
    return destroy("aclDestroyBoolArray", array);
}

aclnnStatus aclDestroyTensorList(const aclTensorList *array) {
    return destroyList<aclTensorList, aclTensor>("aclDestroyTensorList", array, aclDestroyTensor);
}

aclnnStatus aclDestroyScalarList(const aclScalarList *array) {
    return destroyList<aclScalarList, aclScalar>("aclDestroyScalarList", array, aclDestroyScalar);
}

aclnnStatus aclGetIntArraySize(const aclIntArray *array, uint64_t *size) {
    return sizeOf("aclGetIntArraySize", array, size);
}

aclnnStatus aclGetFloatArraySize(const aclFloatArray *array, uint64_t *size) {
    return sizeOf("aclGetFloatArraySize", array, size);
}

aclnnStatus aclGetBoolArraySize(const aclBoolArray *array, uint64_t *size) {
    return sizeOf("aclGetBoolArraySize", array, size);
}

aclnnStatus aclGetTensorListSize(const aclTensorList *tensorList, uint64_t *size) {
    return sizeOf("aclGetTensorListSize", tensorList, size);
}

aclnnStatus aclGetScalarListSize(const aclScalarList *scalarList, uint64_t *size) {
    return sizeOf("aclGetScalarListSize", scalarList, size);
}

namespace ascend4j {
namespace {

template <typename T>
double read(const aclScalar *scalar) {
    T value;
    std::memcpy(&value, scalar->bytes, sizeof(value));
    return static_cast<double>(value);
}

}  // namespace

double scalarValue(const aclScalar *scalar) {
    if (!isLive(scalar)) {
        return 1;
    }
    switch (scalar->dtype) {
        case ACL_FLOAT: return read<float>(scalar);
        case ACL_DOUBLE: return read<double>(scalar);
        case ACL_FLOAT16: return halfToFloat(static_cast<uint16_t>(read<uint16_t>(scalar)));
        case ACL_BF16: return bfloatToFloat(static_cast<uint16_t>(read<uint16_t>(scalar)));
        case ACL_INT8: return read<int8_t>(scalar);
        case ACL_UINT8:
        case ACL_BOOL: return read<uint8_t>(scalar);
        case ACL_INT16: return read<int16_t>(scalar);
        case ACL_UINT16: return read<uint16_t>(scalar);
        case ACL_INT32: return read<int32_t>(scalar);
        case ACL_UINT32: return read<uint32_t>(scalar);
        case ACL_INT64: return read<int64_t>(scalar);
        case ACL_UINT64: return read<uint64_t>(scalar);
        default: return 1;
    }
}

std::vector<int64_t> intArrayValues(const aclIntArray *array) {
    return isLive(array) ? array->values : std::vector<int64_t>();
}

}  // namespace ascend4j
