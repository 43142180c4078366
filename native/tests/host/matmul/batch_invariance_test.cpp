// A row's result must not depend on the rows beside it, on its place among them, or on the number of threads.
// Every comparison is of bits.
#include "aclnnop/aclnn_batch_matmul.h"
#include "aclnnop/aclnn_mm.h"
#include "matmul/weight_quant_case.h"

namespace matmul_test {
namespace {

constexpr int64_t kRows = 70;

class BatchInvariance : public MatmulTest {
protected:
    using Bytes = std::vector<uint8_t>;
    // Multiplies rows [first, first + rows) of the fixed left operand.
    using Multiply = std::function<Bytes(int64_t first, int64_t rows)>;

    static void expectRows(const Bytes &all, const Bytes &some, int64_t first, int64_t rows) {
        const size_t rowBytes = all.size() / kRows;
        ASSERT_EQ(rowBytes * static_cast<size_t>(rows), some.size());
        for (int64_t r = 0; r < rows; r++) {
            ASSERT_EQ(0, std::memcmp(all.data() + static_cast<size_t>(first + r) * rowBytes,
                                     some.data() + static_cast<size_t>(r) * rowBytes, rowBytes))
                << "row " << first + r << " within rows " << first << " to " << first + rows - 1;
        }
    }

    static void check(const Multiply &multiply) {
        const int most = ascend4j::allowedCores();
        ascend4j::setThreadCount(most);
        const Bytes all = multiply(0, kRows);
        for (int threads = most; threads >= 1; threads = threads > 3 ? threads / 2 : threads - 1) {
            SCOPED_TRACE("threads " + std::to_string(threads));
            ascend4j::setThreadCount(threads);
            expectRows(all, multiply(0, kRows), 0, kRows);
            for (int64_t rows = 1; rows < kRows; rows = rows < 10 ? rows + 1 : rows * 2 - 3) {
                for (int64_t first : {int64_t(0), int64_t(1), kRows / 2 - rows / 2, kRows - rows}) {
                    if (first + rows <= kRows) {
                        expectRows(all, multiply(first, rows), first, rows);
                    }
                }
            }
        }
    }

    // A view of rows [first, first + rows) of a row-major matrix.
    static Tensor rowsOf(const Tensor &whole, int64_t first, int64_t rows) {
        Tensor view = whole;
        view.dims[0] = rows;
        view.offset = first * whole.strides[0];
        const int64_t storage[] = {whole.storage()};
        view.handle.reset(aclCreateTensor(view.dims.data(), 2, view.dtype, view.strides.data(), view.offset, ACL_FORMAT_ND,
                                          storage, 1, whole.buffer->data()),
                          aclDestroyTensor);
        return view;
    }
};

TEST_P(BatchInvariance, ofMm) {
    for (aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) {
        for (Layout right : {Layout::Transposed, Layout::RowMajor}) {
            for (int64_t k : {45, 576}) {
                SCOPED_TRACE("type " + std::to_string(dtype) + " k " + std::to_string(k));
                const int64_t n = 131;
                Tensor a = matrix(dtype, kRows, k, Layout::RowMajor), b = matrix(dtype, k, n, right);
                a.create(uniforms());
                b.create(uniforms());
                check([&](int64_t first, int64_t rows) {
                    Tensor out = matrix(dtype, rows, n, Layout::RowMajor);
                    out.create([](int64_t) { return 0.0f; });
                    const Tensor view = rowsOf(a, first, rows);
                    run([&](uint64_t *bytes, aclOpExecutor **executor) {
                        return aclnnMmGetWorkspaceSize(view.get(), b.get(), out.get(), 0, bytes, executor);
                    }, aclnnMm);
                    return out.buffer->download();
                });
            }
        }
    }
}

TEST_P(BatchInvariance, ofWeightQuant) {
    for (aclDataType weight : {ACL_INT4, ACL_INT8}) {
        for (int innerPrecise : {0, 1}) {
            for (WeightLayout layout : {WeightLayout::AlongK, WeightLayout::AlongN}) {
                QuantCase c;
                c.weightType = weight;
                c.weightLayout = layout;
                c.dtype = layout == WeightLayout::AlongK ? ACL_FLOAT16 : ACL_BF16;
                c.m = kRows;
                c.k = 328;
                c.n = 134;
                c.bias = true;
                SCOPED_TRACE(c.name() + " innerPrecise " + std::to_string(innerPrecise));
                const QuantTensors t = createTensors(c, random_);
                check([&](int64_t first, int64_t rows) {
                    QuantTensors some = t;
                    some.x = rowsOf(t.x, first, rows);
                    some.y = matrix(c.dtype, rows, c.n, Layout::RowMajor);
                    some.y.create([](int64_t) { return 0.0f; });
                    run([&](uint64_t *bytes, aclOpExecutor **executor) {
                        return phaseOne(c, some, innerPrecise, bytes, executor);
                    }, aclnnWeightQuantBatchMatmulV3);
                    return some.y.buffer->download();
                });
            }
        }
    }
}

// A batch of matrices gives what each of them gives alone, and a matrix what its columns give in two halves.
TEST_P(BatchInvariance, ofBatchesAndColumns) {
    const int64_t batches = 5, m = 6, k = 200, n = 90;
    for (aclDataType dtype : {ACL_FLOAT, ACL_FLOAT16, ACL_BF16}) {
        Tensor a, b, out;
        a.dtype = b.dtype = out.dtype = dtype;
        a.dims = {batches, m, k};
        a.strides = {m * k, k, 1};
        b.dims = {batches, k, n};
        b.strides = {k * n, 1, k};
        out.dims = {batches, m, n};
        out.strides = {m * n, n, 1};
        a.create(uniforms());
        b.create(uniforms());
        out.create([](int64_t) { return 0.0f; });
        const auto multiply = [&](const Tensor &x, const Tensor &y, const Tensor &z) {
            run([&](uint64_t *bytes, aclOpExecutor **executor) {
                return aclnnBatchMatMulGetWorkspaceSize(x.get(), y.get(), z.get(), 0, bytes, executor);
            }, aclnnBatchMatMul);
        };
        multiply(a, b, out);
        const std::vector<float> all = out.values();
        for (int64_t batch = 0; batch < batches; batch++) {
            for (int64_t column : {int64_t(0), n / 2}) {
                Tensor x = a, y = b, z = out;
                x.dims[0] = y.dims[0] = z.dims[0] = 1;
                x.offset = batch * a.strides[0];
                y.offset = batch * b.strides[0] + column * k;
                y.dims[2] = z.dims[2] = n - n / 2;
                z.strides = {m * n, z.dims[2], 1};
                x.adopt(a.buffer->download(), a.storage());
                y.adopt(b.buffer->download(), b.storage());
                z.create([](int64_t) { return 0.0f; });
                multiply(x, y, z);
                const std::vector<float> part = z.values();
                for (int64_t r = 0; r < m; r++) {
                    for (int64_t j = 0; j < z.dims[2]; j++) {
                        ASSERT_EQ(all[static_cast<size_t>((batch * m + r) * n + column + j)],
                                  part[static_cast<size_t>(r * z.dims[2] + j)]);
                    }
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OfIsa, BatchInvariance, testing::ValuesIn(machineIsas()), isaTestName);

}  // namespace
}  // namespace matmul_test
