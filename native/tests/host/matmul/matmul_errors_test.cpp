// Which rule violation gives which code, and that the message names the parameter.
#include "aclnnop/aclnn_batch_matmul.h"
#include "aclnnop/aclnn_matmul.h"
#include "aclnnop/aclnn_mm.h"
#include "matmul/weight_quant_case.h"

namespace matmul_test {
namespace {

class MatmulErrors : public MatmulTest {
protected:
    static Tensor made(Tensor tensor) {
        tensor.create([](int64_t) { return 0.0f; });
        return tensor;
    }
    static Tensor dense(aclDataType dtype, int64_t rows, int64_t columns) {
        return made(matrix(dtype, rows, columns, Layout::RowMajor));
    }
    static Tensor cube(int64_t batches, int64_t rows, int64_t columns) {
        Tensor tensor;
        tensor.dims = {batches, rows, columns};
        tensor.strides = {rows * columns, columns, 1};
        return made(tensor);
    }

    using Op = aclnnStatus (*)(const aclTensor *, const aclTensor *, aclTensor *, int8_t, uint64_t *, aclOpExecutor **);
    void expect(aclnnStatus code, const std::string &word, Op op, const Tensor *a, const Tensor *b, const Tensor *out,
                int8_t cubeMathType = 0) {
        uint64_t bytes = 0;
        aclOpExecutor *executor = nullptr;
        const aclnnStatus status = op(a != nullptr ? a->get() : nullptr, b != nullptr ? b->get() : nullptr,
                                      out != nullptr ? out->get() : nullptr, cubeMathType, &bytes, &executor);
        expectCode(code, status, word);
        EXPECT_EQ(nullptr, executor);
    }

    static void expectCode(aclnnStatus code, aclnnStatus status, const std::string &word) {
        EXPECT_EQ(code, status) << word;
        const char *message = aclGetRecentErrMsg();
        EXPECT_NE(std::string::npos, std::string(message == nullptr ? "" : message).find(word)) << message;
    }

    // A valid case with one thing changed must fail so.
    void expectQuant(aclnnStatus code, const std::string &word, const std::function<void(QuantCase &)> &changeCase,
                     const std::function<void(QuantTensors &)> &changeTensors, int innerPrecise = 0) {
        QuantCase c;
        c.m = 2;
        c.k = 128;
        c.n = 16;
        const QuantTensors valid = createTensors(c, random_);
        uint64_t bytes = 0;
        aclOpExecutor *executor = nullptr;
        ASSERT_EQ(0, phaseOne(c, valid, 0, &bytes, &executor)) << aclGetRecentErrMsg();
        EXPECT_GT(bytes, 0u);
        aclDestroyAclOpExecutor(executor);
        executor = nullptr;
        changeCase(c);
        QuantTensors changed = createTensors(c, random_);
        changeTensors(changed);
        expectCode(code, phaseOne(c, changed, innerPrecise, &bytes, &executor), word);
        EXPECT_EQ(nullptr, executor);
    }
    static void same(QuantCase &) {}
    static void unchanged(QuantTensors &) {}
};

TEST_P(MatmulErrors, nullTensorsAndPointers) {
    const Tensor a = dense(ACL_FLOAT, 2, 3), b = dense(ACL_FLOAT, 3, 4), out = dense(ACL_FLOAT, 2, 4);
    expect(161001, "self", aclnnMmGetWorkspaceSize, nullptr, &b, &out);
    expect(161001, "mat2", aclnnMatmulGetWorkspaceSize, &a, nullptr, &out);
    expect(161001, "out", aclnnMmGetWorkspaceSize, &a, &b, nullptr);
    aclOpExecutor *executor = nullptr;
    EXPECT_EQ(161001, aclnnMmGetWorkspaceSize(a.get(), b.get(), out.get(), 0, nullptr, &executor));
    EXPECT_EQ(161001, aclnnMm(nullptr, 0, nullptr, stream_));
}

TEST_P(MatmulErrors, typesRanksAndAttributes) {
    const Tensor a = dense(ACL_FLOAT, 2, 3), b = dense(ACL_FLOAT, 3, 4), out = dense(ACL_FLOAT, 2, 4);
    const Tensor half = dense(ACL_FLOAT16, 3, 4), halfOut = dense(ACL_FLOAT16, 2, 4), deep = cube(1, 2, 3);
    expect(161002, "mat2", aclnnMmGetWorkspaceSize, &a, &half, &out);
    expect(161002, "out", aclnnMmGetWorkspaceSize, &a, &b, &halfOut);
    expect(161002, "self", aclnnMmGetWorkspaceSize, &deep, &b, &out);
    expect(161002, "self", aclnnBatchMatMulGetWorkspaceSize, &a, &b, &out);
    expect(161002, "cubeMathType", aclnnMmGetWorkspaceSize, &a, &b, &out, 4);
    expect(161002, "cubeMathType", aclnnMmGetWorkspaceSize, &a, &b, &out, -1);
    Tensor integers = a;
    integers.dtype = ACL_INT32;
    integers.adopt(std::vector<uint8_t>(24), 6);
    expect(161002, "self", aclnnMmGetWorkspaceSize, &integers, &b, &out);
}

TEST_P(MatmulErrors, dimensionsThatDoNotFit) {
    const Tensor a = dense(ACL_FLOAT, 2, 3), b = dense(ACL_FLOAT, 4, 4), c = dense(ACL_FLOAT, 3, 4);
    const Tensor out = dense(ACL_FLOAT, 2, 4), tall = dense(ACL_FLOAT, 3, 4);
    expect(561002, "mat2", aclnnMmGetWorkspaceSize, &a, &b, &out);
    expect(561002, "out", aclnnMmGetWorkspaceSize, &a, &c, &tall);
    const Tensor two = cube(2, 2, 3), three = cube(3, 3, 4), threeOut = cube(3, 2, 4);
    expect(561002, "mat2", aclnnMatmulGetWorkspaceSize, &two, &three, &threeOut);
    expect(561002, "mat2", aclnnBatchMatMulGetWorkspaceSize, &two, &three, &threeOut);
}

TEST_P(MatmulErrors, weightQuantTypes) {
    expectQuant(161001, "weight", same, [](QuantTensors &t) { t.weight.reset(); });
    expectQuant(161001, "antiquantScale", same, [](QuantTensors &t) { t.scale.handle.reset(); });
    expectQuant(161001, "y", same, [](QuantTensors &t) { t.y.handle.reset(); });
    expectQuant(161002, "x", same, [](QuantTensors &t) { t.x = dense(ACL_FLOAT, 2, 128); });
    expectQuant(161002, "weight", same, [](QuantTensors &t) { t.weight = t.x.handle; });
    expectQuant(161002, "antiquantScale", same, [](QuantTensors &t) { t.scale.dtype = ACL_BF16; t.scale.create([](int64_t) { return 1.0f; }); });
    expectQuant(161002, "y", same, [](QuantTensors &t) { t.y = dense(ACL_BF16, 2, 16); });
    expectQuant(161002, "biasOptional", [](QuantCase &c) { c.bias = true; },
                [](QuantTensors &t) { t.bias.dtype = ACL_FLOAT; t.bias.create([](int64_t) { return 1.0f; }); });
    expectQuant(161002, "x", same, [](QuantTensors &t) { t.x = cube(1, 2, 128); t.x.dtype = ACL_FLOAT16; t.x.create([](int64_t) { return 1.0f; }); });
}

TEST_P(MatmulErrors, weightQuantShapesAndAttributes) {
    expectQuant(561002, "weight", same, [](QuantTensors &t) { t.x = dense(ACL_FLOAT16, 2, 64); });
    expectQuant(561002, "y", same, [](QuantTensors &t) { t.y = dense(ACL_FLOAT16, 3, 16); });
    for (int group : {16, 33, 128}) {
        expectQuant(561002, "antiquantGroupSize", [=](QuantCase &c) { c.group = group; }, unchanged);
    }
    expectQuant(561002, "antiquantScale", same, [](QuantTensors &t) { t.scale = dense(ACL_FLOAT16, 3, 16); });
    expectQuant(561002, "antiquantOffset", same, [](QuantTensors &t) { t.offset = dense(ACL_FLOAT16, 1, 16); });
    expectQuant(561002, "biasOptional", [](QuantCase &c) { c.bias = true; },
                [](QuantTensors &t) { t.bias.dims = {15}; t.bias.create([](int64_t) { return 1.0f; }); });
    expectQuant(561002, "innerPrecise", same, unchanged, 2);
    expectQuant(561002, "innerPrecise", same, unchanged, -1);
    expectQuant(561002, "65535", [](QuantCase &c) { c.k = 65536; c.n = 2; }, unchanged);
    expectQuant(161002, "empty", same, [](QuantTensors &t) {
        t.y.dims = {2, 0};
        t.y.strides = {1, 1};
        t.y.adopt({}, 0);
    });
}

TEST_P(MatmulErrors, quantizedOutputIsRefused) {
    QuantCase c;
    const QuantTensors t = createTensors(c, random_);
    uint64_t bytes = 0;
    aclOpExecutor *executor = nullptr;
    const aclnnStatus status = aclnnWeightQuantBatchMatmulV2GetWorkspaceSize(
        t.x.get(), t.weight.get(), t.scale.get(), nullptr, t.scale.get(), nullptr, nullptr, c.group, t.y.get(), &bytes,
        &executor);
    expectCode(561002, status, "quantScaleOptional");
}

TEST_P(MatmulErrors, negativeGroupSizes) {
    QuantCase c;
    const QuantTensors t = createTensors(c, random_);
    uint64_t bytes = 0;
    aclOpExecutor *executor = nullptr;
    for (int group : {-32, INT32_MIN, -1}) {
        const aclnnStatus status = aclnnWeightQuantBatchMatmulV2GetWorkspaceSize(
            t.x.get(), t.weight.get(), t.scale.get(), nullptr, nullptr, nullptr, nullptr, group, t.y.get(), &bytes, &executor);
        expectCode(561002, status, "antiquantGroupSize");
    }
}

INSTANTIATE_TEST_SUITE_P(OfIsa, MatmulErrors, testing::Values(machineIsas().back()), isaTestName);

}  // namespace
}  // namespace matmul_test
