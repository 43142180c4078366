// A weight-quantized product: its random tensors in every layout, and the sums that it is checked against.
#pragma once

#include "aclnnop/aclnn_weight_quant_batch_matmul_v2.h"
#include "aclnnop/aclnn_weight_quant_batch_matmul_v3.h"
#include "matmul/matmul_device.h"

namespace matmul_test {

enum class WeightLayout { AlongK, AlongN };
enum class Granularity { Tensor, Channel, Group };

struct QuantCase {
    aclDataType dtype = ACL_FLOAT16;
    aclDataType weightType = ACL_INT4;  // INT32 stands for packed INT4
    int64_t m = 1, k = 64, n = 8;
    WeightLayout weightLayout = WeightLayout::AlongK;
    Granularity granularity = Granularity::Group;
    int group = 32;
    bool scalesAlongK = true;  // storage of scales per group: (n, k / group), else (k / group, n)
    bool offset = true;
    bool bias = false;

    int64_t groupLength() const { return granularity == Granularity::Group ? group : k; }
    int64_t groups() const { return (k + groupLength() - 1) / groupLength(); }
    bool int4() const { return weightType != ACL_INT8; }
    std::string name() const {
        return "m " + std::to_string(m) + " k " + std::to_string(k) + " n " + std::to_string(n) + " type " +
               std::to_string(dtype) + " weight " + std::to_string(weightType) + " group " +
               std::to_string(groupLength()) + (weightLayout == WeightLayout::AlongK ? " along k" : " along n") +
               (scalesAlongK ? "" : " scales along n") + (offset ? " offset" : "") + (bias ? " bias" : "");
    }
};

struct QuantTensors {
    Tensor x, scale, offset, bias, y;
    std::shared_ptr<DeviceBuffer> weightBuffer;
    std::shared_ptr<const aclTensor> weight;
    std::vector<int> integers;  // [k][n]
};

inline void createWeight(const QuantCase &c, QuantTensors *t) {
    const bool alongK = c.weightLayout == WeightLayout::AlongK;
    const int64_t run = alongK ? c.k : c.n, rows = alongK ? c.n : c.k;
    std::vector<uint8_t> bytes(static_cast<size_t>(c.int4() ? rows * run / 2 : rows * run), 0);
    for (int64_t i = 0; i < c.k; i++) {
        for (int64_t j = 0; j < c.n; j++) {
            const int value = t->integers[static_cast<size_t>(i * c.n + j)];
            const size_t at = static_cast<size_t>(alongK ? j * c.k + i : i * c.n + j);
            if (c.int4()) {
                bytes[at / 2] = static_cast<uint8_t>(bytes[at / 2] | (value & 0xf) << (4 * (at % 2)));
            } else {
                bytes[at] = static_cast<uint8_t>(value);
            }
        }
    }
    const int64_t factor = c.weightType == ACL_INT32 ? 8 : 1;
    const int64_t dims[] = {alongK ? c.k / factor : c.k, alongK ? c.n : c.n / factor};
    const int64_t strides[] = {alongK ? 1 : run / factor, alongK ? run / factor : 1};
    const int64_t storage[] = {rows * run / factor};
    t->weightBuffer = std::make_shared<DeviceBuffer>(bytes);
    t->weight.reset(aclCreateTensor(dims, 2, c.weightType, strides, 0, ACL_FORMAT_ND, storage, 1, t->weightBuffer->data()),
                    aclDestroyTensor);
}

inline Tensor scaleTensor(const QuantCase &c) {
    Tensor tensor;
    tensor.dtype = c.dtype;
    const int64_t groups = c.groups();
    if (c.granularity == Granularity::Tensor) {
        tensor.dims = {1};
        tensor.strides = {1};
    } else if (c.granularity == Granularity::Channel) {
        tensor.dims = c.scalesAlongK ? std::vector<int64_t>{c.n} : std::vector<int64_t>{1, c.n};
        tensor.strides = c.scalesAlongK ? std::vector<int64_t>{1} : std::vector<int64_t>{c.n, 1};
    } else {
        tensor.dims = {groups, c.n};
        tensor.strides = c.scalesAlongK ? std::vector<int64_t>{1, groups} : std::vector<int64_t>{c.n, 1};
    }
    return tensor;
}

inline QuantTensors createTensors(const QuantCase &c, std::mt19937 &random) {
    QuantTensors t;
    const int low = c.int4() ? -8 : -128, high = c.int4() ? 7 : 127;
    std::uniform_int_distribution<int> integer(low, high);
    std::normal_distribution<float> normal;
    std::uniform_real_distribution<float> uniform(0.5f, 1.0f);
    t.integers.resize(static_cast<size_t>(c.k * c.n));
    for (int &value : t.integers) {
        value = integer(random);
    }
    createWeight(c, &t);
    t.x = matrix(c.dtype, c.m, c.k, Layout::RowMajor);
    t.x.create([&](int64_t) { return normal(random); });
    t.scale = scaleTensor(c);
    t.scale.create([&](int64_t) { return uniform(random) / static_cast<float>(high); });
    t.offset = scaleTensor(c);
    t.offset.create([&](int64_t) { return static_cast<float>(high) * (uniform(random) - 0.75f); });
    t.bias.dtype = c.dtype == ACL_BF16 ? ACL_FLOAT : ACL_FLOAT16;
    t.bias.dims = {c.n};
    t.bias.strides = {1};
    t.bias.create([&](int64_t) { return normal(random); });
    t.y = matrix(c.dtype, c.m, c.n, Layout::RowMajor);
    t.y.create([](int64_t) { return 77.0f; });
    return t;
}

inline aclnnStatus phaseOne(const QuantCase &c, const QuantTensors &t, int innerPrecise, uint64_t *bytes,
                            aclOpExecutor **executor) {
    const int group = c.granularity == Granularity::Group ? c.group : 0;
    return aclnnWeightQuantBatchMatmulV3GetWorkspaceSize(t.x.get(), t.weight.get(), t.scale.get(),
                                                         c.offset ? t.offset.get() : nullptr, nullptr, nullptr,
                                                         c.bias ? t.bias.get() : nullptr, group, innerPrecise, t.y.get(),
                                                         bytes, executor);
}

// What the check of one element needs.
struct ExpectedElement {
    double value = 0;           // exact
    double magnitudes = 0;      // sum of |x| |w + offset| scale, and |bias|
    double activationError = 0; // sum of (largest |x| of the group of 32) / 254 * |w + offset| scale
    double integerTerms = 0;    // sum of the float32 terms of the integer way, at their largest
};

class ExpectedProduct {
public:
    ExpectedProduct(const QuantCase &c, const QuantTensors &t)
        : c_(c), integers_(t.integers), x_(t.x.values()), scale_(t.scale.values()), offset_(t.offset.values()),
          bias_(t.bias.values()) {}

    ExpectedElement at(int64_t r, int64_t j) const {
        ExpectedElement e;
        for (int64_t begin = 0; begin < c_.k; begin += 32) {
            const int64_t end = std::min(begin + 32, c_.k), s = scaleIndex(begin, j);
            double largest = 0;
            for (int64_t i = begin; i < end; i++) {
                largest = std::max(largest, std::abs(static_cast<double>(x_[static_cast<size_t>(r * c_.k + i)])));
            }
            const double scale = scale_[static_cast<size_t>(s)], offset = c_.offset ? offset_[static_cast<size_t>(s)] : 0.0;
            for (int64_t i = begin; i < end; i++) {
                const double weight = (integers_[static_cast<size_t>(i * c_.n + j)] + offset) * scale;
                const double value = x_[static_cast<size_t>(r * c_.k + i)];
                e.value += value * weight;
                e.magnitudes += std::abs(value * weight);
                e.activationError += largest / 254 * std::abs(weight);
                e.integerTerms += largest * scale * ((c_.int4() ? 24 : 384) + std::abs(offset));
            }
        }
        if (c_.bias) {
            e.value += bias_[static_cast<size_t>(j)];
            e.magnitudes += std::abs(static_cast<double>(bias_[static_cast<size_t>(j)]));
        }
        return e;
    }

private:
    int64_t scaleIndex(int64_t i, int64_t j) const {
        if (c_.granularity == Granularity::Tensor) {
            return 0;
        }
        const int64_t g = i / c_.groupLength();
        return c_.granularity == Granularity::Channel || !c_.scalesAlongK ? g * c_.n + j : j * c_.groups() + g;
    }

    QuantCase c_;
    std::vector<int> integers_;
    std::vector<float> x_, scale_, offset_, bias_;
};

}  // namespace matmul_test
