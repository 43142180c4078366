// Products of one x in a graph, which computes them in one go, have the bits of products launched one by one.
#include "acl/acl_mdl.h"
#include "matmul/weight_quant_case.h"

namespace matmul_test {
namespace {

class WeightQuantJointTest : public MatmulTest {
protected:
    struct Product {
        QuantCase shape;
        QuantTensors tensors;
    };

    // Products of the first one's x.
    std::vector<Product> create(const std::vector<QuantCase> &cases) {
        std::vector<Product> products;
        for (const QuantCase &each : cases) {
            products.push_back({each, createTensors(each, random_)});
            products.back().tensors.x = products[0].tensors.x;
        }
        return products;
    }

    // All share a workspace, as the operators of a stream do.
    void launch(const std::vector<Product> &products, const DeviceBuffer &workspace) {
        for (const Product &each : products) {
            uint64_t bytes = 0;
            aclOpExecutor *executor = nullptr;
            ASSERT_EQ(phaseOne(each.shape, each.tensors, 1, &bytes, &executor), 0) << aclGetRecentErrMsg();
            ASSERT_LE(bytes, kWorkspace);
            ASSERT_EQ(aclnnWeightQuantBatchMatmulV3(workspace.data(), bytes, executor, stream_), 0);
        }
    }

    static std::vector<std::vector<uint8_t>> results(const std::vector<Product> &products) {
        std::vector<std::vector<uint8_t>> bytes;
        for (const Product &each : products) bytes.push_back(each.tensors.y.buffer->download());
        return bytes;
    }

    void compare(const std::vector<QuantCase> &cases) {
        const std::vector<Product> products = create(cases);
        const DeviceBuffer workspace(std::vector<uint8_t>(kWorkspace, 0xff));
        for (const Product &each : products) {
            launch({each}, workspace);
            ASSERT_EQ(aclrtSynchronizeStream(stream_), ACL_SUCCESS);
        }
        const auto expected = results(products);
        ASSERT_EQ(aclmdlRICaptureBegin(stream_, ACL_MODEL_RI_CAPTURE_MODE_THREAD_LOCAL), ACL_SUCCESS);
        launch(products, workspace);
        aclmdlRI graph = nullptr;
        ASSERT_EQ(aclmdlRICaptureEnd(stream_, &graph), ACL_SUCCESS) << aclGetRecentErrMsg();
        for (const Product &each : products) {
            const size_t size = each.tensors.y.buffer->download().size();
            ASSERT_EQ(aclrtMemset(each.tensors.y.buffer->data(), size, 0x55, size), ACL_SUCCESS);
        }
        ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream_), ACL_SUCCESS);
        ASSERT_EQ(aclrtSynchronizeStream(stream_), ACL_SUCCESS) << aclGetRecentErrMsg();
        EXPECT_EQ(results(products), expected);
        EXPECT_EQ(aclmdlRIDestroy(graph), ACL_SUCCESS);
    }

    static QuantCase of(int64_t m, int64_t n, aclDataType weightType = ACL_INT4) {
        QuantCase c;
        c.m = m;
        c.k = 288;
        c.n = n;
        c.weightType = weightType;
        return c;
    }

    static constexpr uint64_t kWorkspace = 8 << 20;
};

TEST_P(WeightQuantJointTest, productsOfOneInputHaveTheBitsTheyHaveAlone) {
    for (const int64_t m : {1, 2, 4, 5, 16, 33}) {
        SCOPED_TRACE(m);
        QuantCase biased = of(m, 200);
        biased.bias = true;
        QuantCase plain = of(m, 72);
        plain.offset = false;
        compare({of(m, 600), biased, plain});
        compare({plain, of(m, 1000)});  // the one that shares the work best is not the first
    }
}

TEST_P(WeightQuantJointTest, productsThatReadTheInputDifferentlyHaveTheBitsTheyHaveAlone) {
    for (const int64_t m : {1, 6}) {
        QuantCase alongN = of(m, 64);
        alongN.weightLayout = WeightLayout::AlongN;
        compare({of(m, 600), of(m, 200, ACL_INT8), alongN, of(m, 40, ACL_INT8)});
    }
}

INSTANTIATE_TEST_SUITE_P(Machine, WeightQuantJointTest, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
