// Device tensors filled from doubles, and one call for both phases of an operator. Strict mode is on: tensors must lie
// inside their allocations and workspaces are scribbled over before each kernel.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "acl/acl.h"
#include "aclnn/acl_meta.h"
#include "core/settings.h"
#include "core/tensor_view.h"
#include "kernels/convert.h"

namespace ascend4j {

using Dims = std::vector<int64_t>;

inline int64_t product(const Dims &dims) {
    return std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies<int64_t>());
}

inline void writeElement(aclDataType dtype, unsigned char *at, double value) {
    const auto put = [at](auto element) { std::memcpy(at, &element, sizeof element); };
    switch (dtype) {
        case ACL_FLOAT: return put(static_cast<float>(value));
        case ACL_FLOAT16: return put(floatToHalf(static_cast<float>(value)));
        case ACL_BF16: return put(floatToBfloat(static_cast<float>(value)));
        case ACL_DOUBLE: return put(value);
        case ACL_INT8: return put(static_cast<int8_t>(value));
        case ACL_UINT8:
        case ACL_BOOL: return put(static_cast<uint8_t>(value));
        case ACL_INT16: return put(static_cast<int16_t>(value));
        case ACL_INT32: return put(static_cast<int32_t>(value));
        default: return put(static_cast<int64_t>(value));
    }
}

template <typename T>
double elementAs(const unsigned char *at) {
    T element;
    std::memcpy(&element, at, sizeof element);
    return static_cast<double>(element);
}

inline double readElement(aclDataType dtype, const unsigned char *at) {
    uint16_t bits = 0;
    std::memcpy(&bits, at, elementBits(dtype) >= 16 ? 2 : 1);
    switch (dtype) {
        case ACL_FLOAT: return elementAs<float>(at);
        case ACL_FLOAT16: return static_cast<double>(halfToFloat(bits));
        case ACL_BF16: return static_cast<double>(bfloatToFloat(bits));
        case ACL_DOUBLE: return elementAs<double>(at);
        case ACL_INT8: return elementAs<int8_t>(at);
        case ACL_UINT8:
        case ACL_BOOL: return elementAs<uint8_t>(at);
        case ACL_INT16: return elementAs<int16_t>(at);
        case ACL_INT32: return elementAs<int32_t>(at);
        default: return elementAs<int64_t>(at);
    }
}

// What a type keeps of a value.
inline double rounded(aclDataType dtype, double value) {
    unsigned char bytes[8] = {};
    writeElement(dtype, bytes, value);
    return readElement(dtype, bytes);
}

// Half a unit in the last place of a float type, relative, with room for float32 arithmetic.
inline double tolerance(aclDataType dtype) { return dtype == ACL_FLOAT16 ? 5.5e-4 : dtype == ACL_BF16 ? 4.2e-3 : 2e-6; }

// A view over its own device allocation.
class DeviceTensor {
public:
    DeviceTensor(aclDataType dtype, Dims dims, Dims strides = {}, int64_t offset = 0)
        : dtype_(dtype), dims_(std::move(dims)), strides_(std::move(strides)), offset_(offset) {
        if (strides_.empty()) {
            strides_.assign(dims_.size(), 1);
            for (size_t i = dims_.size(); i-- > 1;) strides_[i - 1] = strides_[i] * std::max<int64_t>(1, dims_[i]);
        }
        storage_ = offset_ + 1;
        for (size_t i = 0; i < dims_.size(); i++) storage_ += std::max<int64_t>(0, dims_[i] - 1) * strides_[i];
        EXPECT_EQ(aclrtMalloc(&data_, bytes(), ACL_MEM_MALLOC_HUGE_FIRST), ACL_SUCCESS);
        std::vector<unsigned char> zeros(bytes(), 0);
        EXPECT_EQ(aclrtMemcpy(data_, bytes(), zeros.data(), bytes(), ACL_MEMCPY_HOST_TO_DEVICE), ACL_SUCCESS);
    }
    DeviceTensor(const DeviceTensor &) = delete;
    DeviceTensor &operator=(const DeviceTensor &) = delete;
    ~DeviceTensor() {
        aclDestroyTensor(handle_);
        aclrtFree(data_);
    }

    aclTensor *get() {
        if (handle_ == nullptr) handle_ = create();
        return handle_;
    }
    aclTensor *create(aclFormat format = ACL_FORMAT_ND) const {
        return aclCreateTensor(dims_.data(), dims_.size(), dtype_, strides_.data(), offset_, format, &storage_, 1,
                               data_);
    }

    void set(const std::vector<double> &values) {
        std::vector<unsigned char> raw = read();
        for (size_t i = 0; i < values.size(); i++) writeElement(dtype_, raw.data() + place(i), values[i]);
        EXPECT_EQ(aclrtMemcpy(data_, bytes(), raw.data(), bytes(), ACL_MEMCPY_HOST_TO_DEVICE), ACL_SUCCESS);
    }
    std::vector<double> values() const {
        const std::vector<unsigned char> raw = read();
        std::vector<double> values(static_cast<size_t>(product(dims_)));
        for (size_t i = 0; i < values.size(); i++) values[i] = readElement(dtype_, raw.data() + place(i));
        return values;
    }
    // The storage's bytes, what lies between the view's elements included.
    std::vector<unsigned char> read() const {
        std::vector<unsigned char> raw(bytes());
        EXPECT_EQ(aclrtMemcpy(raw.data(), bytes(), data_, bytes(), ACL_MEMCPY_DEVICE_TO_HOST), ACL_SUCCESS);
        return raw;
    }
    aclDataType dtype() const { return dtype_; }
    const Dims &dims() const { return dims_; }

private:
    size_t bytes() const { return static_cast<size_t>(storage_ * elementBits(dtype_) / 8); }
    size_t place(size_t index) const {
        int64_t at = offset_, rest = static_cast<int64_t>(index);
        for (size_t i = dims_.size(); i-- > 0;) {
            at += rest % dims_[i] * strides_[i];
            rest /= dims_[i];
        }
        return static_cast<size_t>(at * elementBits(dtype_) / 8);
    }

    aclDataType dtype_;
    Dims dims_, strides_;
    int64_t offset_ = 0, storage_ = 0;
    void *data_ = nullptr;
    aclTensor *handle_ = nullptr;
};

class OpTest : public ::testing::Test {
protected:
    void SetUp() override {
        setenv("ASCEND4J_HOST_STRICT", "1", 1);
        ASSERT_EQ(aclInit(nullptr), ACL_SUCCESS);
        ASSERT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
        ASSERT_EQ(aclrtCreateStream(&stream_), ACL_SUCCESS);
    }
    void TearDown() override {
        aclrtDestroyStream(stream_);
        tensors_.clear();
        aclrtResetDeviceForce(0);
        aclFinalize();
        unsetenv("ASCEND4J_HOST_STRICT");
        reloadSettings();
    }

    // A tensor that lives as long as the test.
    DeviceTensor &tensor(aclDataType dtype, Dims dims, Dims strides = {}, int64_t offset = 0) {
        tensors_.push_back(std::make_unique<DeviceTensor>(dtype, std::move(dims), std::move(strides), offset));
        return *tensors_.back();
    }
    DeviceTensor &filled(aclDataType dtype, Dims dims, const std::vector<double> &values) {
        DeviceTensor &made = tensor(dtype, std::move(dims));
        made.set(values);
        return made;
    }
    DeviceTensor &random(aclDataType dtype, Dims dims, double low = -2, double high = 2, Dims strides = {},
                         int64_t offset = 0) {
        DeviceTensor &made = tensor(dtype, std::move(dims), std::move(strides), offset);
        made.set(randoms(product(made.dims()), low, high));
        return made;
    }
    std::vector<double> randoms(int64_t n, double low, double high) {
        std::uniform_real_distribution<double> spread(low, high);
        std::vector<double> values(static_cast<size_t>(n));
        for (double &value : values) value = spread(generator_);
        return values;
    }

    // Both phases and a wait: the status of phase 1 or 2, or the asynchronous code. The message is kept.
    template <typename First, typename Second, typename... Arguments>
    int call(First first, Second second, Arguments... arguments) {
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        message_.clear();
        int status = first(arguments..., &size, &executor);
        void *workspace = nullptr;
        if (status == 0 && size > 0) {
            EXPECT_EQ(aclrtMalloc(&workspace, size, ACL_MEM_MALLOC_HUGE_FIRST), ACL_SUCCESS);
        }
        if (status == 0) status = second(workspace, size, executor, stream_);
        if (status == 0) status = aclrtSynchronizeStream(stream_);
        if (status != 0) {
            const char *text = aclGetRecentErrMsg();
            message_ = text == nullptr ? "" : text;
        }
        if (workspace != nullptr) aclrtFree(workspace);
        return status;
    }
    // A stream keeps the first failure of its tasks; a test that goes on takes a new one.
    void renewStream() {
        aclrtDestroyStream(stream_);
        aclrtGetLastError(ACL_RT_THREAD_LEVEL);
        ASSERT_EQ(aclrtCreateStream(&stream_), ACL_SUCCESS);
    }
    bool said(const std::string &text) const { return message_.find(text) != std::string::npos; }

    // Largest |found - expected| / max(|expected|, floor); infinities and NaN must agree.
    static double worst(const std::vector<double> &found, const std::vector<double> &expected, double floor = 1e-2) {
        EXPECT_EQ(found.size(), expected.size());
        double worst = 0;
        for (size_t i = 0; i < found.size() && i < expected.size(); i++) {
            if (std::isnan(expected[i]) && std::isnan(found[i])) continue;
            if (found[i] == expected[i]) continue;
            const double error = std::fabs(found[i] - expected[i]) / std::max(std::fabs(expected[i]), floor);
            worst = error <= worst ? worst : error;  // takes NaN over
        }
        return worst;
    }

    aclrtStream stream_ = nullptr;
    std::mt19937 generator_{20240607};
    std::string message_;
    std::vector<std::unique_ptr<DeviceTensor>> tensors_;
};

constexpr aclDataType kFloats[] = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16};

}  // namespace ascend4j

// The status of both phases of aclnn<name> on the given arguments.
#define RUN_OP(name, ...) call(aclnn##name##GetWorkspaceSize, aclnn##name, __VA_ARGS__)
