// Mm, Matmul and BatchMatMul against double-precision sums of the values as stored.
//
// Bound of an element: sumRounding(k) * sum |a||b| for the float32 sum, plus half a unit of the output type.
#include "aclnnop/aclnn_matmul.h"

#include "aclnnop/aclnn_batch_matmul.h"
#include "aclnnop/aclnn_mm.h"
#include "matmul/matmul_device.h"

namespace matmul_test {
namespace {

class Product : public MatmulTest {
protected:
    // Checks one batch of out: element (r, c) at outBase plus strides, from a and b likewise.
    struct Side {
        std::vector<float> values;
        int64_t base, row, column;
        float at(int64_t r, int64_t c) const { return values[static_cast<size_t>(base + r * row + c * column)]; }
    };

    static Side side(const Tensor &tensor, int64_t base) {
        const size_t rank = tensor.dims.size();
        return {tensor.values(), tensor.offset + base, tensor.strides[rank - 2], tensor.strides[rank - 1]};
    }

    static void check(const Side &a, const Side &b, const Side &out, aclDataType dtype, int64_t m, int64_t k, int64_t n) {
        for (int64_t r = 0; r < m; r++) {
            for (int64_t c = 0; c < n; c++) {
                double expected = 0, magnitudes = 0;
                for (int64_t i = 0; i < k; i++) {
                    const double term = static_cast<double>(a.at(r, i)) * b.at(i, c);
                    expected += term;
                    magnitudes += std::abs(term);
                }
                const double bound = sumRounding(k, magnitudes) + outputRounding(dtype, expected) * 1.001;
                ASSERT_LE(std::abs(out.at(r, c) - expected), bound) << "row " << r << " column " << c << " k " << k;
            }
        }
    }

    void checkMm(aclDataType dtype, int64_t m, int64_t k, int64_t n, Layout left, Layout right, Layout outLayout) {
        SCOPED_TRACE(std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n) + " type " +
                     std::to_string(dtype) + " " + layoutName(left) + " " + layoutName(right));
        Tensor a = matrix(dtype, m, k, left), b = matrix(dtype, k, n, right), out = matrix(dtype, m, n, outLayout);
        a.create(uniforms());
        b.create(uniforms());
        out.create([](int64_t) { return 77.0f; });
        run([&](uint64_t *bytes, aclOpExecutor **executor) {
            return aclnnMmGetWorkspaceSize(a.get(), b.get(), out.get(), 0, bytes, executor);
        }, aclnnMm);
        check(side(a, 0), side(b, 0), side(out, 0), dtype, m, k, n);
        checkGaps(out);
    }

    // Storage outside the view keeps what it held.
    static void checkGaps(const Tensor &out) {
        std::vector<bool> written(static_cast<size_t>(out.storage()), false);
        for (int64_t r = 0; r < out.dims[0]; r++) {
            for (int64_t c = 0; c < out.dims[1]; c++) {
                written[static_cast<size_t>(out.offset + r * out.strides[0] + c * out.strides[1])] = true;
            }
        }
        const std::vector<float> values = out.values();
        for (size_t i = 0; i < values.size(); i++) {
            ASSERT_TRUE(written[i] || values[i] == 77.0f) << "storage element " << i;
        }
    }
};

constexpr aclDataType kTypes[] = {ACL_FLOAT, ACL_FLOAT16, ACL_BF16};

TEST_P(Product, mmOfEveryShapeAndType) {
    for (aclDataType dtype : kTypes) {
        for (int64_t m : {1, 2, 5, 33}) {
            for (int64_t k : {1, 15, 31, 33, 576}) {
                for (int64_t n : {1, 7, 48}) {
                    checkMm(dtype, m, k, n, Layout::RowMajor, Layout::Transposed, Layout::RowMajor);
                }
            }
        }
        checkMm(dtype, 3, 1536, 99, Layout::RowMajor, Layout::Transposed, Layout::RowMajor);
        checkMm(dtype, 2, 100, 999, Layout::RowMajor, Layout::RowMajor, Layout::RowMajor);
    }
}

TEST_P(Product, mmOfEveryLayout) {
    const Layout layouts[] = {Layout::RowMajor, Layout::Transposed, Layout::Padded, Layout::Spread};
    for (aclDataType dtype : kTypes) {
        for (Layout left : layouts) {
            for (Layout right : layouts) {
                for (int64_t m : {1, 13}) {
                    checkMm(dtype, m, 67, 70, left, right, Layout::RowMajor);
                }
            }
        }
        for (Layout out : layouts) {
            checkMm(dtype, 9, 40, 131, Layout::RowMajor, Layout::Transposed, out);
        }
    }
}

TEST_P(Product, anEmptyInnerDimensionGivesZeros) {
    for (aclDataType dtype : kTypes) {
        Tensor a = matrix(dtype, 3, 0, Layout::RowMajor), b = matrix(dtype, 0, 5, Layout::RowMajor);
        Tensor out = matrix(dtype, 3, 5, Layout::RowMajor);
        a.strides = {1, 1};
        a.adopt({}, 0);
        b.adopt({}, 0);
        out.create([](int64_t) { return 77.0f; });
        run([&](uint64_t *bytes, aclOpExecutor **executor) {
            return aclnnMmGetWorkspaceSize(a.get(), b.get(), out.get(), 0, bytes, executor);
        }, aclnnMm);
        EXPECT_EQ(std::vector<float>(15, 0.0f), out.values());
    }
}

// Heads of attention: keys as a transposed view, values row-major, both interleaved by head.
TEST_P(Product, batchMatMulOfInterleavedHeads) {
    const int64_t heads = 3, length = 37, width = 48, queries = 5;
    for (aclDataType dtype : kTypes) {
        for (bool transposed : {true, false}) {
            Tensor a, b, out;
            a.dtype = b.dtype = out.dtype = dtype;
            const int64_t k = transposed ? width : length, n = transposed ? length : width;
            a.dims = {heads, queries, k};
            a.strides = {k, heads * k, 1};
            b.dims = {heads, k, n};
            b.strides = transposed ? std::vector<int64_t>{width, 1, heads * width}
                                   : std::vector<int64_t>{width, heads * width, 1};
            out.dims = {heads, queries, n};
            out.strides = {queries * n, n, 1};
            a.create(uniforms());
            b.create(uniforms());
            out.create([](int64_t) { return 0.0f; });
            run([&](uint64_t *bytes, aclOpExecutor **executor) {
                return aclnnBatchMatMulGetWorkspaceSize(a.get(), b.get(), out.get(), 1, bytes, executor);
            }, aclnnBatchMatMul);
            for (int64_t h = 0; h < heads; h++) {
                check(side(a, h * a.strides[0]), side(b, h * b.strides[0]), side(out, h * out.strides[0]), dtype, queries, k, n);
            }
        }
    }
}

TEST_P(Product, matmulBroadcastsBatches) {
    // (2, 1, 4, 19) times (3, 19, 6) gives (2, 3, 4, 6); once with b of rank 2 as well, whose batches fold into rows.
    for (bool flat : {false, true}) {
        Tensor a, b, out;
        const int64_t inner = flat ? 1 : 3;
        a.dims = {2, 1, 4, 19};
        a.strides = {76, 76, 19, 1};
        b.dims = flat ? std::vector<int64_t>{19, 6} : std::vector<int64_t>{3, 19, 6};
        b.strides = flat ? std::vector<int64_t>{1, 19} : std::vector<int64_t>{114, 6, 1};
        out.dims = {2, inner, 4, 6};
        out.strides = {24 * inner, 24, 6, 1};
        a.create(uniforms());
        b.create(uniforms());
        out.create([](int64_t) { return 0.0f; });
        run([&](uint64_t *bytes, aclOpExecutor **executor) {
            return aclnnMatmulGetWorkspaceSize(a.get(), b.get(), out.get(), 0, bytes, executor);
        }, aclnnMatmul);
        for (int64_t i = 0; i < 2; i++) {
            for (int64_t j = 0; j < inner; j++) {
                check(side(a, i * 76), side(b, flat ? 0 : j * 114), side(out, (i * inner + j) * 24), ACL_FLOAT, 4, 19, 6);
            }
        }
    }
}

TEST_P(Product, matmulTakesVectors) {
    const int64_t k = 45, n = 6;
    Tensor row, a, column, out, dot;
    row.dims = column.dims = {k};
    row.strides = column.strides = {1};
    a.dims = {k, n};
    a.strides = {n, 1};
    out.dims = {n};
    out.strides = {1};
    dot.dims = {};
    dot.strides = {};
    row.create(uniforms());
    column.create(uniforms());
    a.create(uniforms());
    out.create([](int64_t) { return 0.0f; });
    dot.create([](int64_t) { return 0.0f; });
    run([&](uint64_t *bytes, aclOpExecutor **executor) {
        return aclnnMatmulGetWorkspaceSize(row.get(), a.get(), out.get(), 0, bytes, executor);
    }, aclnnMatmul);
    check({row.values(), 0, 0, 1}, side(a, 0), {out.values(), 0, 0, 1}, ACL_FLOAT, 1, k, n);
    run([&](uint64_t *bytes, aclOpExecutor **executor) {
        return aclnnMatmulGetWorkspaceSize(row.get(), column.get(), dot.get(), 0, bytes, executor);
    }, aclnnMatmul);
    check({row.values(), 0, 0, 1}, {column.values(), 0, 1, 0}, {dot.values(), 0, 0, 0}, ACL_FLOAT, 1, k, 1);
}

TEST_P(Product, cubeMathTypeTwoRoundsOperandsToHalf) {
    for (Layout right : {Layout::RowMajor, Layout::Transposed}) {
        Tensor a = matrix(ACL_FLOAT, 5, 130, Layout::RowMajor), b = matrix(ACL_FLOAT, 130, 9, right);
        Tensor out = matrix(ACL_FLOAT, 5, 9, Layout::RowMajor);
        a.create(uniforms());
        b.create(uniforms());
        out.create([](int64_t) { return 0.0f; });
        run([&](uint64_t *bytes, aclOpExecutor **executor) {
            return aclnnMmGetWorkspaceSize(a.get(), b.get(), out.get(), 2, bytes, executor);
        }, aclnnMm);
        Side x = side(a, 0), y = side(b, 0);
        for (std::vector<float> *values : {&x.values, &y.values}) {
            for (float &value : *values) {
                value = ascend4j::halfToFloat(ascend4j::floatToHalf(value));
            }
        }
        check(x, y, side(out, 0), ACL_FLOAT, 5, 130, 9);
    }
}

INSTANTIATE_TEST_SUITE_P(OfIsa, Product, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
