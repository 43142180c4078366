#include "ops/element_copy.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "kernels/convert.h"
#include "ops/strided_walk.h"

namespace ascend4j {
namespace {

struct Half {
    uint16_t bits;
};
struct Bfloat {
    uint16_t bits;
};
struct Bool {
    uint8_t byte;
};

// The value with which an element takes part in a conversion.
template <typename T>
T valueOf(T element) {
    return element;
}
float valueOf(Half element) { return halfToFloat(element.bits); }
float valueOf(Bfloat element) { return bfloatToFloat(element.bits); }
uint8_t valueOf(Bool element) { return element.byte != 0 ? 1 : 0; }

template <typename To, typename From>
To truncated(From value) {
    if (value != value) return 0;
    const From low = static_cast<From>(std::numeric_limits<To>::min());
    const From high = static_cast<From>(std::numeric_limits<To>::max());
    if (value <= low) return std::numeric_limits<To>::min();
    if (value >= high) return std::numeric_limits<To>::max();
    return static_cast<To>(value);
}

template <typename To>
struct Maker {
    template <typename From>
    static To make(From value) {
        if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
            return truncated<To>(value);
        } else {
            return static_cast<To>(value);
        }
    }
};

// A double would round twice on the way to 16 bits through float32. Rounding to odd first keeps the second one exact.
float roundToOdd(double value) {
    const float nearest = static_cast<float>(value);
    if (static_cast<double>(nearest) == value || !std::isfinite(nearest) || value != value) return nearest;
    uint32_t bits;
    std::memcpy(&bits, &nearest, sizeof bits);
    if ((bits & 1u) != 0) return nearest;
    const bool up = (static_cast<double>(nearest) < value) == (value > 0);
    bits += up ? 1u : ~0u;
    float odd;
    std::memcpy(&odd, &bits, sizeof odd);
    return nearest == 0.0f ? std::copysign(std::numeric_limits<float>::denorm_min(), static_cast<float>(value)) : odd;
}

template <typename From>
float narrowed(From value) {
    if constexpr (std::is_same_v<From, float>) {
        return value;
    } else {
        return roundToOdd(static_cast<double>(value));
    }
}

template <>
struct Maker<Half> {
    template <typename From>
    static Half make(From value) {
        return {floatToHalf(narrowed(value))};
    }
};
template <>
struct Maker<Bfloat> {
    template <typename From>
    static Bfloat make(From value) {
        return {floatToBfloat(narrowed(value))};
    }
};
template <>
struct Maker<Bool> {
    template <typename From>
    static Bool make(From value) {
        return {static_cast<uint8_t>(value != From(0) ? 1 : 0)};
    }
};

template <typename From, typename To>
void convertLoop(const unsigned char *from, int64_t fromStride, unsigned char *to, int64_t toStride, int64_t n) {
    const From *source = reinterpret_cast<const From *>(from);
    To *target = reinterpret_cast<To *>(to);
    for (int64_t i = 0; i < n; i++) target[i * toStride] = Maker<To>::make(valueOf(source[i * fromStride]));
}

template <typename From>
void convertFrom(const unsigned char *from, int64_t fromStride, aclDataType toType, unsigned char *to, int64_t toStride,
                 int64_t n) {
    switch (toType) {
        case ACL_FLOAT: return convertLoop<From, float>(from, fromStride, to, toStride, n);
        case ACL_FLOAT16: return convertLoop<From, Half>(from, fromStride, to, toStride, n);
        case ACL_BF16: return convertLoop<From, Bfloat>(from, fromStride, to, toStride, n);
        case ACL_DOUBLE: return convertLoop<From, double>(from, fromStride, to, toStride, n);
        case ACL_INT8: return convertLoop<From, int8_t>(from, fromStride, to, toStride, n);
        case ACL_UINT8: return convertLoop<From, uint8_t>(from, fromStride, to, toStride, n);
        case ACL_INT16: return convertLoop<From, int16_t>(from, fromStride, to, toStride, n);
        case ACL_INT32: return convertLoop<From, int32_t>(from, fromStride, to, toStride, n);
        case ACL_INT64: return convertLoop<From, int64_t>(from, fromStride, to, toStride, n);
        case ACL_BOOL: return convertLoop<From, Bool>(from, fromStride, to, toStride, n);
        default: return;
    }
}

// Words of any type's bytes.
typedef uint8_t Word8 __attribute__((may_alias));
typedef uint16_t Word16 __attribute__((may_alias));
typedef uint32_t Word32 __attribute__((may_alias));
typedef uint64_t Word64 __attribute__((may_alias));
struct __attribute__((may_alias)) Word128 {
    uint64_t low, high;
};

template <typename Word>
void moveLoop(const unsigned char *from, int64_t fromStride, unsigned char *to, int64_t toStride, int64_t n) {
    const Word *source = reinterpret_cast<const Word *>(from);
    Word *target = reinterpret_cast<Word *>(to);
    for (int64_t i = 0; i < n; i++) target[i * toStride] = source[i * fromStride];
}

void moveElements(int bytes, const unsigned char *from, int64_t fromStride, unsigned char *to, int64_t toStride,
                  int64_t n) {
    if (fromStride == 1 && toStride == 1) {
        std::memmove(to, from, static_cast<size_t>(n * bytes));
        return;
    }
    switch (bytes) {
        case 1: return moveLoop<Word8>(from, fromStride, to, toStride, n);
        case 2: return moveLoop<Word16>(from, fromStride, to, toStride, n);
        case 4: return moveLoop<Word32>(from, fromStride, to, toStride, n);
        case 8: return moveLoop<Word64>(from, fromStride, to, toStride, n);
        case 16: return moveLoop<Word128>(from, fromStride, to, toStride, n);
        default: return;
    }
}

bool storesFloat(aclDataType dtype) { return dtype == ACL_FLOAT || dtype == ACL_FLOAT16 || dtype == ACL_BF16; }

}  // namespace

bool convertible(aclDataType dtype) {
    switch (dtype) {
        case ACL_FLOAT:
        case ACL_FLOAT16:
        case ACL_BF16:
        case ACL_DOUBLE:
        case ACL_INT8:
        case ACL_UINT8:
        case ACL_INT16:
        case ACL_INT32:
        case ACL_INT64:
        case ACL_BOOL: return true;
        default: return false;
    }
}

void convertElements(aclDataType fromType, const unsigned char *from, int64_t fromStride, aclDataType toType,
                     unsigned char *to, int64_t toStride, int64_t n) {
    if (fromType == toType) return moveElements(elementBits(toType) / 8, from, fromStride, to, toStride, n);
    const bool dense = fromStride == 1 && toStride == 1;
    if (dense && toType == ACL_FLOAT && storesFloat(fromType)) {
        return toFloat(fromType, from, reinterpret_cast<float *>(to), n);
    }
    if (dense && fromType == ACL_FLOAT && storesFloat(toType)) {
        return fromFloat(toType, reinterpret_cast<const float *>(from), to, n);
    }
    switch (fromType) {
        case ACL_FLOAT: return convertFrom<float>(from, fromStride, toType, to, toStride, n);
        case ACL_FLOAT16: return convertFrom<Half>(from, fromStride, toType, to, toStride, n);
        case ACL_BF16: return convertFrom<Bfloat>(from, fromStride, toType, to, toStride, n);
        case ACL_DOUBLE: return convertFrom<double>(from, fromStride, toType, to, toStride, n);
        case ACL_INT8: return convertFrom<int8_t>(from, fromStride, toType, to, toStride, n);
        case ACL_UINT8: return convertFrom<uint8_t>(from, fromStride, toType, to, toStride, n);
        case ACL_INT16: return convertFrom<int16_t>(from, fromStride, toType, to, toStride, n);
        case ACL_INT32: return convertFrom<int32_t>(from, fromStride, toType, to, toStride, n);
        case ACL_INT64: return convertFrom<int64_t>(from, fromStride, toType, to, toStride, n);
        case ACL_BOOL: return convertFrom<Bool>(from, fromStride, toType, to, toStride, n);
        default: return;
    }
}

void copyElements(const TensorView &source, const TensorView &target) {
    StridedWalk walk(target);
    walk.add(source);
    walk.add(target);
    walk.collapse();
    const int64_t fromBytes = elementBits(source.dtype) / 8, toBytes = elementBits(target.dtype) / 8;
    const unsigned char *from = source.bytes();
    unsigned char *to = target.bytes();
    walk.run([&](const int64_t *offsets, int64_t n) {
        convertElements(source.dtype, from + offsets[0] * fromBytes, walk.stride(0), target.dtype,
                        to + offsets[1] * toBytes, walk.stride(1), n);
    });
}

}  // namespace ascend4j
