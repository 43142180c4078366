#include "aclnnop/aclnn_embedding.h"
#include "aclnnop/aclnn_gather_v2.h"
#include "ops/op_device.h"

namespace ascend4j {
namespace {

using GatherTest = OpTest;

TEST_F(GatherTest, embedsTokensOfEitherIndexType) {
    for (const aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16, ACL_INT8, ACL_INT64}) {
        for (const aclDataType indexType : {ACL_INT32, ACL_INT64}) {
            DeviceTensor &weight = random(dtype, {11, 13}, -100, 100);
            DeviceTensor &indices = filled(indexType, {2, 3}, {10, 0, 4, 4, 9, 1}), &out = tensor(dtype, {2, 3, 13});
            ASSERT_EQ(RUN_OP(Embedding, weight.get(), indices.get(), out.get()), 0) << message_;
            const std::vector<double> table = weight.values(), found = out.values(), picks = indices.values();
            for (size_t i = 0; i < found.size(); i++) {
                EXPECT_EQ(found[i], table[static_cast<size_t>(picks[i / 13]) * 13 + i % 13]);
            }
        }
    }
}

TEST_F(GatherTest, gathersAlongAnyDimensionOfAStridedTensor) {
    DeviceTensor &self = random(ACL_FLOAT16, {3, 5, 4}, -2, 2, {1, 12, 3}, 2);
    DeviceTensor &index = tensor(ACL_INT64, {2, 2}, {1, 2});
    const std::vector<double> values = self.values();
    for (int64_t dim = -3; dim < 3; dim++) {
        const auto axis = static_cast<size_t>((dim + 3) % 3);
        const double last = static_cast<double>(self.dims()[axis]) - 1;
        index.set({last, 0, 1, last});
        const std::vector<double> picks = index.values();
        Dims shape = self.dims();
        shape[axis] = 2;
        shape.insert(shape.begin() + static_cast<int64_t>(axis), 2);
        DeviceTensor &out = tensor(ACL_FLOAT16, shape);
        ASSERT_EQ(RUN_OP(GatherV2, self.get(), dim, index.get(), out.get()), 0) << message_;
        const std::vector<double> found = out.values();
        int64_t inner = 1;
        for (size_t i = axis + 1; i < 3; i++) inner *= self.dims()[i];
        const auto length = static_cast<int64_t>(last) + 1;
        for (int64_t i = 0; i < static_cast<int64_t>(found.size()); i++) {
            const int64_t pick = i / inner % 4, outer = i / inner / 4;
            const int64_t from =
                (outer * length + static_cast<int64_t>(picks[static_cast<size_t>(pick)])) * inner + i % inner;
            EXPECT_EQ(found[static_cast<size_t>(i)], values[static_cast<size_t>(from)]);
        }
    }
}

TEST_F(GatherTest, takesScalarIndicesAndEmptyOnes) {
    DeviceTensor &self = random(ACL_FLOAT, {4, 3}), &scalar = filled(ACL_INT32, {}, {2}), &row = tensor(ACL_FLOAT, {3});
    ASSERT_EQ(RUN_OP(GatherV2, self.get(), 0, scalar.get(), row.get()), 0) << message_;
    EXPECT_EQ(row.values(), (std::vector<double>{self.values()[6], self.values()[7], self.values()[8]}));
    DeviceTensor &none = tensor(ACL_INT32, {0}), &empty = tensor(ACL_FLOAT, {0, 3});
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 0, none.get(), empty.get()), 0) << message_;
}

TEST_F(GatherTest, faultsOnIndicesOutsideTheTable) {
    DeviceTensor &weight = random(ACL_FLOAT16, {5, 8}), &out = tensor(ACL_FLOAT16, {2, 8});
    for (const double bad : {5.0, -1.0, 9.0e18}) {
        DeviceTensor &indices = filled(ACL_INT64, {2}, {1, bad});
        EXPECT_EQ(RUN_OP(Embedding, weight.get(), indices.get(), out.get()), 507015);
        EXPECT_TRUE(said("indices") && said("element 1") && said("[0, 5)")) << message_;
        EXPECT_EQ(out.values(), std::vector<double>(16, 0.0)) << "nothing is written";
        renewStream();
    }
}

TEST_F(GatherTest, refusesWhatCannRefuses) {
    DeviceTensor &self = random(ACL_FLOAT, {4, 3}), &index = filled(ACL_INT32, {2}, {0, 1}),
                 &out = tensor(ACL_FLOAT, {2, 3});
    DeviceTensor &strided = tensor(ACL_FLOAT, {2, 3}, {4, 1}), &half = tensor(ACL_FLOAT16, {2, 3});
    EXPECT_EQ(RUN_OP(GatherV2, nullptr, 0, index.get(), out.get()), 161001);
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 0, nullptr, out.get()), 161001);
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 0, index.get(), nullptr), 161001);
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 0, self.get(), out.get()), 161002);
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 0, index.get(), half.get()), 161002);
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 0, index.get(), strided.get()), 161002);
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 2, index.get(), out.get()), 561002);
    EXPECT_TRUE(said("dim")) << message_;
    EXPECT_EQ(RUN_OP(GatherV2, self.get(), 1, index.get(), out.get()), 561002);
    EXPECT_TRUE(said("[2, 3]") && said("[4, 2]")) << message_;
}

}  // namespace
}  // namespace ascend4j
