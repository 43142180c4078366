#include "ops/arithmetic.h"

#include <algorithm>

#include "kernels/vector_kernels.h"
#include "ops/common.h"
#include "ops/element_copy.h"
#include "ops/strided_walk.h"

namespace ascend4j {
namespace {

int category(aclDataType dtype) { return dtype == ACL_BOOL ? 0 : isFloating(dtype) ? 2 : 1; }

aclDataType promoteSame(aclDataType a, aclDataType b) {
    if (a == b) return a;
    if (isFloating(a)) {
        if (a == ACL_DOUBLE || b == ACL_DOUBLE) return ACL_DOUBLE;
        return ACL_FLOAT;  // also FLOAT16 with BF16: neither holds the other
    }
    const bool unsignedMix = a == ACL_UINT8 || b == ACL_UINT8;
    const aclDataType wider = elementBits(a) >= elementBits(b) ? a : b;
    return unsignedMix && elementBits(wider) == 8 ? ACL_INT16 : wider;
}

// The type whose values all loops of a computed type work on.
aclDataType workType(aclDataType computed) {
    if (computed == ACL_DOUBLE) return ACL_DOUBLE;
    return isFloating(computed) ? ACL_FLOAT : ACL_INT64;
}

constexpr int64_t kBytesPerFloat = 4;

// n elements at `from` brought to `computed`, then widened to its work type. `room` holds n times 8 bytes.
void loadOperand(const TensorView &view, const unsigned char *from, int64_t stride, aclDataType computed, int64_t n,
                 float *room) {
    auto *bytes = reinterpret_cast<unsigned char *>(room);
    const aclDataType work = workType(computed);
    if (view.dtype == computed || work == computed) {
        convertElements(view.dtype, from, stride, work, bytes, 1, n);
        return;
    }
    auto *narrow = reinterpret_cast<unsigned char *>(scratchRow(3, 2 * n));
    convertElements(view.dtype, from, stride, computed, narrow, 1, n);
    convertElements(computed, narrow, 1, work, bytes, 1, n);
}

void storeResult(aclDataType computed, const float *room, const TensorView &out, unsigned char *to, int64_t stride,
                 int64_t n) {
    const auto *bytes = reinterpret_cast<const unsigned char *>(room);
    const aclDataType work = workType(computed);
    if (out.dtype == computed) {
        convertElements(work, bytes, 1, out.dtype, to, stride, n);
        return;
    }
    // Rounded, or wrapped, to the computed type before it is stored as another.
    auto *narrow = reinterpret_cast<unsigned char *>(scratchRow(3, 2 * n));
    convertElements(work, bytes, 1, computed, narrow, 1, n);
    convertElements(computed, narrow, 1, out.dtype, to, stride, n);
}

// Signed overflow is avoided by computing modulo 2^64.
void combineIntegers(Arithmetic operation, const uint64_t *a, const uint64_t *b, uint64_t alpha, uint64_t *y,
                     int64_t n) {
    if (operation == Arithmetic::Add) {
        for (int64_t i = 0; i < n; i++) y[i] = a[i] + alpha * b[i];
    } else {
        for (int64_t i = 0; i < n; i++) y[i] = a[i] * b[i];
    }
}

void combine(Arithmetic operation, aclDataType computed, const float *a, const float *b, double alpha, float *y,
             int64_t n) {
    const aclDataType work = workType(computed);
    if (work == ACL_FLOAT && operation == Arithmetic::Add) {
        vectorKernels().add(a, b, static_cast<float>(alpha), y, n);
    } else if (work == ACL_FLOAT) {
        vectorKernels().multiply(a, b, y, n);
    } else if (work == ACL_DOUBLE) {
        const auto *p = reinterpret_cast<const double *>(a), *q = reinterpret_cast<const double *>(b);
        auto *result = reinterpret_cast<double *>(y);
        for (int64_t i = 0; i < n; i++) result[i] = operation == Arithmetic::Add ? p[i] + alpha * q[i] : p[i] * q[i];
    } else {
        combineIntegers(operation, reinterpret_cast<const uint64_t *>(a), reinterpret_cast<const uint64_t *>(b),
                        static_cast<uint64_t>(static_cast<int64_t>(alpha)), reinterpret_cast<uint64_t *>(y), n);
    }
}

}  // namespace

bool isFloating(aclDataType dtype) {
    return dtype == ACL_FLOAT || dtype == ACL_FLOAT16 || dtype == ACL_BF16 || dtype == ACL_DOUBLE;
}

aclDataType promote(const TensorView &a, const TensorView &b) {
    const int first = category(a.dtype), second = category(b.dtype);
    if (first != second) return first > second ? a.dtype : b.dtype;
    if ((a.rank == 0) != (b.rank == 0)) return a.rank == 0 ? b.dtype : a.dtype;
    return promoteSame(a.dtype, b.dtype);
}

bool storable(aclDataType computed, aclDataType out) { return category(computed) <= category(out); }

void computeBinary(Arithmetic operation, aclDataType computed, const TensorView &self, const TensorView &other,
                   double alpha, const TensorView &out) {
    StridedWalk walk(out);
    walk.add(self);
    walk.add(other);
    walk.add(out);
    walk.collapse();
    const int64_t selfBytes = elementBytes(self.dtype), otherBytes = elementBytes(other.dtype);
    const int64_t outBytes = elementBytes(out.dtype), words = 8 / kBytesPerFloat;
    walk.run([&](const int64_t *offsets, int64_t n) {
        float *a = scratchRow(0, words * n), *b = scratchRow(1, words * n), *y = scratchRow(2, words * n);
        loadOperand(self, self.bytes() + offsets[0] * selfBytes, walk.stride(0), computed, n, a);
        loadOperand(other, other.bytes() + offsets[1] * otherBytes, walk.stride(1), computed, n, b);
        combine(operation, computed, a, b, alpha, y, n);
        storeResult(computed, y, out, out.bytes() + offsets[2] * outBytes, walk.stride(2), n);
    });
}

void computeScaled(aclDataType computed, const TensorView &self, double factor, const TensorView &out) {
    StridedWalk walk(out);
    walk.add(self);
    walk.add(out);
    walk.collapse();
    const int64_t selfBytes = elementBytes(self.dtype), outBytes = elementBytes(out.dtype);
    const aclDataType work = workType(computed);
    walk.run([&](const int64_t *offsets, int64_t n) {
        float *a = scratchRow(0, 2 * n);
        loadOperand(self, self.bytes() + offsets[0] * selfBytes, walk.stride(0), computed, n, a);
        if (work == ACL_FLOAT) {
            vectorKernels().scale(a, static_cast<float>(factor), a, n);
        } else if (work == ACL_DOUBLE) {
            auto *values = reinterpret_cast<double *>(a);
            for (int64_t i = 0; i < n; i++) values[i] *= factor;
        } else {
            auto *values = reinterpret_cast<uint64_t *>(a);
            const auto whole = static_cast<uint64_t>(static_cast<int64_t>(factor));
            for (int64_t i = 0; i < n; i++) values[i] *= whole;
        }
        storeResult(computed, a, out, out.bytes() + offsets[1] * outBytes, walk.stride(1), n);
    });
}

}  // namespace ascend4j
