#include "kernels/gemm.h"

#include <algorithm>

#include "kernels/gemm_panel.h"

namespace ascend4j {
namespace {

// What a part keeps in its scratch.
struct PartScratch {
    float *columns;
    float *tile;
    unsigned char *extra;
};

PartScratch layOut(const GemmPlan &plan, WorkspaceCursor &cursor) {
    PartScratch scratch;
    scratch.columns = cursor.take<float>(plan.pitch * plan.blocks.columnBlock);
    scratch.tile = cursor.take<float>(kPanelRows * plan.blocks.columnBlock);
    scratch.extra = cursor.take<unsigned char>(plan.extraBytes);
    return scratch;
}

void multiply(const GemmPanels &panels, const float *a, int64_t lda, int rows, const StridedRows &b, int64_t columns,
              int64_t k, float *c, int64_t ldc) {
    if (b.dtype == ACL_FLOAT16) {
        panels.ofHalf(a, lda, rows, static_cast<const uint16_t *>(b.data), b.rowStride, columns, k, c, ldc);
    } else if (b.dtype == ACL_BF16) {
        panels.ofBfloat(a, lda, rows, static_cast<const uint16_t *>(b.data), b.rowStride, columns, k, c, ldc);
    } else {
        panels.ofFloat(a, lda, rows, static_cast<const float *>(b.data), b.rowStride, columns, k, c, ldc);
    }
}

bool readable(const GemmPanels &panels, const StridedRows &b) {
    if (b.data == nullptr || b.stride != 1) return false;
    if (b.dtype == ACL_FLOAT16) return panels.ofHalf != nullptr;
    if (b.dtype == ACL_BF16) return panels.ofBfloat != nullptr;
    return b.dtype == ACL_FLOAT;
}

// The block's columns, in place if the kernels can read them there.
StridedRows columnsOf(const Gemm &gemm, const GemmPlan &plan, const GemmPanels &panels, const Block &block,
                      const PartScratch &scratch) {
    StridedRows columns;
    if (gemm.right) columns = gemm.right(block.batch);
    if (readable(panels, columns)) {
        columns.data = elementAt(columns.data, columns.dtype, block.column * columns.rowStride);
        return columns;
    }
    gemm.unpack(block.batch, block.column, block.columns, scratch.columns, plan.pitch, scratch.extra);
    columns.dtype = ACL_FLOAT;
    columns.data = scratch.columns;
    columns.rowStride = plan.pitch;
    columns.stride = 1;
    return columns;
}

}  // namespace

int64_t GemmPlan::partBytes() const {
    WorkspaceCursor cursor(nullptr);
    layOut(*this, cursor);
    return cursor.bytes();
}

GemmPlan planGemm(int64_t batches, int64_t m, int64_t n, int64_t k, bool mayUnpack, int64_t extraBytes) {
    GemmPlan plan;
    plan.blocks = planBlocks(batches, m, n, k, k * static_cast<int64_t>(sizeof(float)), mayUnpack);
    plan.pitch = mayUnpack ? paddedTo(k, 16) : 0;
    plan.extraBytes = extraBytes;
    return plan;
}

void runGemm(const Gemm &gemm, const GemmPlan &plan, unsigned char *scratch) {
    const GemmPanels &panels = gemmPanels();
    const int64_t partBytes = plan.partBytes();
    forEachBlock(plan.blocks, [&](const Block &block) {
        WorkspaceCursor cursor(scratch + block.part * partBytes);
        const PartScratch part = layOut(plan, cursor);
        const StridedRows columns = columnsOf(gemm, plan, panels, block, part);
        const float *left = gemm.left(block.batch);
        for (int64_t r = 0; r < block.rows; r += kPanelRows) {
            const int rows = static_cast<int>(std::min<int64_t>(kPanelRows, block.rows - r));
            const int64_t row = block.row + r;
            multiply(panels, left + row * gemm.lda, gemm.lda, rows, columns, block.columns, gemm.k, part.tile,
                     block.columns);
            for (int i = 0; i < rows; i++) {
                gemm.store(block.batch, row + i, block.column, block.columns, part.tile + i * block.columns);
            }
        }
    });
}

}  // namespace ascend4j
