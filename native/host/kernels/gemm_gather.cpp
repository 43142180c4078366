#include "kernels/gemm_gather.h"

#include <algorithm>
#include <cstring>

#include "kernels/convert.h"

namespace ascend4j {
namespace {

constexpr int64_t kChunk = 64;
constexpr int64_t kDepth = 16;

int64_t elementBytes(aclDataType dtype) { return dtype == ACL_FLOAT ? 4 : 2; }

// Elements that lie apart, in chunks so that the conversion still runs on vectors.
void gatherElements(const StridedRows &source, int64_t row, int64_t length, float *target) {
    unsigned char packed[kChunk * 4];
    const int64_t size = elementBytes(source.dtype);
    for (int64_t i = 0; i < length; i += kChunk) {
        const int64_t count = std::min(kChunk, length - i);
        for (int64_t c = 0; c < count; c++) {
            const int64_t index = row * source.rowStride + (i + c) * source.stride;
            std::memcpy(packed + c * size, elementAt(source.data, source.dtype, index), static_cast<size_t>(size));
        }
        toFloat(source.dtype, packed, target + i, count);
    }
}

// A transposed matrix: neighbours in memory belong to neighbouring rows. Goes by tiles of 64 rows and 16 elements, so
// that both sides touch whole cache lines.
void gatherTransposed(const StridedRows &source, int64_t rows, int64_t length, float *target, int64_t pitch) {
    float tile[kDepth][kChunk];
    for (int64_t r = 0; r < rows; r += kChunk) {
        const int64_t height = std::min(kChunk, rows - r);
        for (int64_t i = 0; i < length; i += kDepth) {
            const int64_t depth = std::min(kDepth, length - i);
            for (int64_t d = 0; d < depth; d++) {
                const void *run = elementAt(source.data, source.dtype, (i + d) * source.stride + r);
                toFloat(source.dtype, run, tile[d], height);
            }
            for (int64_t h = 0; h < height; h++) {
                float *to = target + (r + h) * pitch + i;
                for (int64_t d = 0; d < depth; d++) to[d] = tile[d][h];
            }
        }
    }
}

}  // namespace

const void *elementAt(const void *data, aclDataType dtype, int64_t index) {
    return static_cast<const unsigned char *>(data) + index * elementBytes(dtype);
}

void gatherRows(const StridedRows &source, int64_t rows, int64_t length, float *target, int64_t pitch) {
    if (source.stride == 1 && source.rowStride == length && pitch == length) {
        toFloat(source.dtype, source.data, target, rows * length);
        return;
    }
    if (source.rowStride == 1 && source.stride != 1) {
        gatherTransposed(source, rows, length, target, pitch);
        return;
    }
    for (int64_t r = 0; r < rows; r++) {
        if (source.stride == 1) {
            const void *row = elementAt(source.data, source.dtype, r * source.rowStride);
            toFloat(source.dtype, row, target + r * pitch, length);
        } else {
            gatherElements(source, r, length, target + r * pitch);
        }
    }
}

void scatterRow(const float *source, int64_t length, aclDataType dtype, void *target, int64_t stride) {
    if (stride == 1) {
        fromFloat(dtype, source, target, length);
        return;
    }
    unsigned char packed[kChunk * 4];
    const int64_t size = elementBytes(dtype);
    for (int64_t i = 0; i < length; i += kChunk) {
        const int64_t count = std::min(kChunk, length - i);
        fromFloat(dtype, source + i, packed, count);
        for (int64_t c = 0; c < count; c++) {
            std::memcpy(static_cast<unsigned char *>(target) + (i + c) * stride * size, packed + c * size,
                        static_cast<size_t>(size));
        }
    }
}

void roundToHalf(float *values, int64_t count) {
    uint16_t halves[kChunk];
    for (int64_t i = 0; i < count; i += kChunk) {
        const int64_t length = std::min(kChunk, count - i);
        fromFloat(ACL_FLOAT16, values + i, halves, length);
        toFloat(ACL_FLOAT16, halves, values + i, length);
    }
}

}  // namespace ascend4j
