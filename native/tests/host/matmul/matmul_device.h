// What the matrix-product tests share: device buffers, strided tensors, running an operator, the instruction sets.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "acl/acl.h"
#include "acl/acl_rt.h"
#include "aclnn/acl_meta.h"
#include "core/thread_pool.h"
#include "kernels/convert.h"
#include "kernels/isa.h"

namespace matmul_test {

using ascend4j::Isa;

inline std::vector<Isa> machineIsas() {
    std::vector<Isa> found;
    for (Isa wanted : {Isa::Portable, Isa::Neon, Isa::Avx2, Isa::Avx512, Isa::Avx512Vnni, Isa::Amx}) {
        if (ascend4j::limitIsa(wanted) == wanted) {
            found.push_back(wanted);
        }
    }
    ascend4j::limitIsa(ascend4j::kWidestIsa);
    return found;
}

inline std::string isaTestName(const testing::TestParamInfo<Isa> &info) { return ascend4j::isaName(info.param); }

class DeviceBuffer {
public:
    explicit DeviceBuffer(const std::vector<uint8_t> &bytes) : size_(bytes.size()) {
        EXPECT_EQ(ACL_SUCCESS, aclrtMalloc(&data_, size_ == 0 ? 1 : size_, ACL_MEM_MALLOC_NORMAL_ONLY));
        if (size_ > 0) {
            EXPECT_EQ(ACL_SUCCESS, aclrtMemcpy(data_, size_, bytes.data(), size_, ACL_MEMCPY_HOST_TO_DEVICE));
        }
    }
    ~DeviceBuffer() { aclrtFree(data_); }
    DeviceBuffer(const DeviceBuffer &) = delete;
    DeviceBuffer &operator=(const DeviceBuffer &) = delete;
    void *data() const { return data_; }
    std::vector<uint8_t> download() const {
        std::vector<uint8_t> bytes(size_);
        if (size_ > 0) {
            EXPECT_EQ(ACL_SUCCESS, aclrtMemcpy(bytes.data(), size_, data_, size_, ACL_MEMCPY_DEVICE_TO_HOST));
        }
        return bytes;
    }

private:
    void *data_ = nullptr;
    size_t size_;
};

inline size_t elementSize(aclDataType dtype) { return dtype == ACL_FLOAT ? 4 : 2; }

inline float decode(aclDataType dtype, const uint8_t *at) {
    uint16_t bits = 0;
    float value = 0;
    if (dtype == ACL_FLOAT) {
        std::memcpy(&value, at, 4);
        return value;
    }
    std::memcpy(&bits, at, 2);
    return dtype == ACL_FLOAT16 ? ascend4j::halfToFloat(bits) : ascend4j::bfloatToFloat(bits);
}

inline void encode(aclDataType dtype, float value, uint8_t *at) {
    const uint16_t bits = dtype == ACL_FLOAT16 ? ascend4j::floatToHalf(value) : ascend4j::floatToBfloat(value);
    std::memcpy(at, dtype == ACL_FLOAT ? static_cast<const void *>(&value) : &bits, elementSize(dtype));
}

// A strided tensor of FLOAT, FLOAT16 or BF16 on the device.
struct Tensor {
    std::vector<int64_t> dims, strides;
    int64_t offset = 0;
    aclDataType dtype = ACL_FLOAT;
    std::shared_ptr<DeviceBuffer> buffer;
    std::shared_ptr<const aclTensor> handle;

    int64_t storage() const {
        int64_t last = offset;
        for (size_t d = 0; d < dims.size(); d++) {
            last += (dims[d] - 1) * strides[d];
        }
        return last + 1;
    }
    // Fills all storage by `value(storage index)` and makes the handle.
    void create(const std::function<float(int64_t)> &value) {
        std::vector<uint8_t> bytes(static_cast<size_t>(storage()) * elementSize(dtype));
        for (int64_t i = 0; i < storage(); i++) {
            encode(dtype, value(i), bytes.data() + static_cast<size_t>(i) * elementSize(dtype));
        }
        adopt(bytes, storage());
    }
    void adopt(const std::vector<uint8_t> &bytes, int64_t storageElements) {
        buffer = std::make_shared<DeviceBuffer>(bytes);
        const int64_t storageDims[] = {storageElements};
        handle.reset(aclCreateTensor(dims.data(), dims.size(), dtype, strides.data(), offset, ACL_FORMAT_ND, storageDims, 1,
                                     buffer->data()),
                     aclDestroyTensor);
    }
    std::vector<float> values() const {  // of the storage
        const std::vector<uint8_t> bytes = buffer->download();
        std::vector<float> result(bytes.size() / elementSize(dtype));
        for (size_t i = 0; i < result.size(); i++) {
            result[i] = decode(dtype, bytes.data() + i * elementSize(dtype));
        }
        return result;
    }
    aclTensor *get() const { return const_cast<aclTensor *>(handle.get()); }
};

enum class Layout { RowMajor, Transposed, Padded, Spread };

inline const char *layoutName(Layout layout) {
    const char *names[] = {"row-major", "transposed", "padded", "spread"};
    return names[static_cast<int>(layout)];
}

// A matrix view of `rows` by `columns`; all but row-major and transposed have gaps and an offset.
inline Tensor matrix(aclDataType dtype, int64_t rows, int64_t columns, Layout layout) {
    Tensor tensor;
    tensor.dtype = dtype;
    tensor.dims = {rows, columns};
    switch (layout) {
        case Layout::RowMajor: tensor.strides = {columns, 1}; break;
        case Layout::Transposed: tensor.strides = {1, rows}; break;
        case Layout::Padded: tensor.strides = {columns + 3, 1}; tensor.offset = 5; break;
        case Layout::Spread: tensor.strides = {2 * columns + 1, 2}; tensor.offset = 1; break;
    }
    return tensor;
}

// A device, a stream and one instruction set for the time of a test.
class MatmulTest : public testing::TestWithParam<Isa> {
protected:
    void SetUp() override {
        ASSERT_EQ(GetParam(), ascend4j::limitIsa(GetParam()));
        ASSERT_EQ(ACL_SUCCESS, aclrtSetDevice(0));
        ASSERT_EQ(ACL_SUCCESS, aclrtCreateStream(&stream_));
        RecordProperty("seed", static_cast<int>(kSeed));
    }
    void TearDown() override {
        aclrtDestroyStream(stream_);
        aclrtResetDevice(0);
        ascend4j::limitIsa(ascend4j::kWidestIsa);
        ascend4j::setThreadCount(ascend4j::allowedCores());
    }

    using PhaseOne = std::function<aclnnStatus(uint64_t *, aclOpExecutor **)>;
    using PhaseTwo = aclnnStatus (*)(void *, uint64_t, aclOpExecutor *, aclrtStream);

    void run(const PhaseOne &one, PhaseTwo two) {
        uint64_t bytes = 0;
        aclOpExecutor *executor = nullptr;
        const aclnnStatus status = one(&bytes, &executor);
        ASSERT_EQ(0, status) << aclGetRecentErrMsg();
        // Garbage in the workspace shows reads of what was never written.
        DeviceBuffer workspace(std::vector<uint8_t>(bytes, 0xff));
        ASSERT_EQ(0, two(workspace.data(), bytes, executor, stream_));
        ASSERT_EQ(ACL_SUCCESS, aclrtSynchronizeStream(stream_)) << aclGetRecentErrMsg();
    }

    // Uniform in [-1, 1): every bit of a product's sum matters.
    float uniform() { return std::uniform_real_distribution<float>(-1.0f, 1.0f)(random_); }
    std::function<float(int64_t)> uniforms() {
        return [this](int64_t) { return uniform(); };
    }

    static constexpr unsigned kSeed = 20260817;
    std::mt19937 random_{kSeed};
    aclrtStream stream_ = nullptr;
};

// Half a unit in the last place of the output type, relative, and its smallest absolute step.
inline double outputRounding(aclDataType dtype, double value) {
    if (dtype == ACL_FLOAT16) {
        return std::abs(value) * 0x1p-11 + 0x1p-25;
    }
    return std::abs(value) * (dtype == ACL_BF16 ? 0x1p-8 : 0x1p-24);
}

// Float32 sums of k products: with at least four lanes no term takes part in more than k / 4 + 12 roundings.
inline double sumRounding(int64_t k, double magnitudes) {
    return (static_cast<double>(k) / 4 + 12) * 0x1p-24 * magnitudes;
}

}  // namespace matmul_test
