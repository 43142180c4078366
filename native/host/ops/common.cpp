#include "ops/common.h"

#include <algorithm>

#include "kernels/convert.h"
#include "ops/element_copy.h"

namespace ascend4j {

std::string shapeText(const int64_t *dims, int rank) {
    std::string text = "[";
    for (int i = 0; i < rank; i++) text += (i == 0 ? "" : ", ") + std::to_string(dims[i]);
    return text + "]";
}

std::string shapeText(const TensorView &view) { return shapeText(view.dims, view.rank); }

bool sameShape(const TensorView &a, const TensorView &b) {
    return a.rank == b.rank && std::equal(a.dims, a.dims + a.rank, b.dims);
}

int64_t countDims(const TensorView &view, int begin, int end) {
    int64_t count = 1;
    for (int i = begin; i < end; i++) count *= view.dims[i];
    return count;
}

TensorView contiguousLike(const TensorView &like, void *data) {
    TensorView view = like;
    view.data = data;
    view.offset = 0;
    int64_t stride = 1;
    for (int i = view.rank - 1; i >= 0; i--) {
        view.strides[i] = stride;
        stride *= std::max<int64_t>(1, view.dims[i]);
    }
    return view;
}

bool requirePlain(OpPlan &plan, int index, const char *name) {
    const aclFormat format = plan[index].format;
    const bool fractal =
        format == ACL_FORMAT_FRACTAL_NZ || format == ACL_FORMAT_FRACTAL_Z || format == ACL_FORMAT_NC1HWC0;
    return plan.require(!plan[index].present || !fractal, ACLNN_ERR_PARAM_INVALID,
                        "%s: private format %d, expected a plain format such as ND (2)", name,
                        static_cast<int>(format));
}

bool requireSameShape(OpPlan &plan, int index, const char *name, int like, const char *likeName) {
    return sameShape(plan[index], plan[like]) ||
           plan.require(false, ACLNN_ERR_INNER_TILING_ERROR, "%s: shape %s, expected that of %s, %s", name,
                        shapeText(plan[index]).c_str(), likeName, shapeText(plan[like]).c_str());
}

bool requireSameDtype(OpPlan &plan, int index, const char *name, int like, const char *likeName) {
    return plan.require(plan[index].dtype == plan[like].dtype, ACLNN_ERR_PARAM_INVALID,
                        "%s: data type %s, expected that of %s, %s", name, dtypeName(plan[index].dtype), likeName,
                        dtypeName(plan[like].dtype));
}

bool requireDistinctElements(OpPlan &plan, int index, const char *name) {
    const TensorView &view = plan[index];
    bool distinct = true;
    for (int i = 0; i < view.rank; i++) distinct = distinct && (view.dims[i] <= 1 || view.strides[i] != 0);
    return plan.require(distinct || view.elements() == 0, ACLNN_ERR_INNER_TILING_ERROR,
                        "%s: an expanded view (stride 0) cannot be written, expected distinct elements", name);
}

bool resolveDim(OpPlan &plan, int64_t dim, int rank, const char *name, int *resolved) {
    const int64_t limit = std::max(1, rank);
    *resolved = static_cast<int>(dim < 0 ? dim + limit : dim);
    return plan.require(dim >= -limit && dim < limit, ACLNN_ERR_INNER_TILING_ERROR,
                        "%s: %lld, expected a value in [%lld, %lld)", name, static_cast<long long>(dim),
                        static_cast<long long>(-limit), static_cast<long long>(limit));
}

float *scratchRow(int slot, int64_t floats) {
    static thread_local std::vector<float> rows[4];
    std::vector<float> &row = rows[slot];
    if (row.size() < static_cast<size_t>(floats)) row.resize(static_cast<size_t>(floats));
    return row.data();
}

const float *rowAsFloat(aclDataType dtype, const unsigned char *row, int64_t n, int slot) {
    if (dtype == ACL_FLOAT) return reinterpret_cast<const float *>(row);
    float *floats = scratchRow(slot, n);
    toFloat(dtype, row, floats, n);
    return floats;
}

std::vector<int64_t> indexValues(const TensorView &indices) {
    std::vector<int64_t> values(static_cast<size_t>(indices.elements()));
    TensorView target = contiguousLike(indices, values.data());
    target.dtype = ACL_INT64;
    copyElements(indices, target);
    return values;
}

void Staging::add(const OpPlan &plan, int index, bool output) {
    const TensorView &view = plan[index];
    if (!view.present || view.contiguous()) return;
    entries_.push_back({index, output, bytes_});
    const uint64_t size = static_cast<uint64_t>(view.elements() * elementBytes(view.dtype));
    bytes_ += (size + 63) / 64 * 64;
}

TensorView Staging::open(const OpRun &run, int index) const {
    for (const Entry &entry : entries_) {
        if (entry.index != index) continue;
        const TensorView staged = contiguousLike(run[index], run.workspace() + entry.offset);
        if (!entry.output) copyElements(run[index], staged);
        return staged;
    }
    return run[index];
}

void Staging::close(const OpRun &run) const {
    for (const Entry &entry : entries_) {
        if (entry.output)
            copyElements(contiguousLike(run[entry.index], run.workspace() + entry.offset), run[entry.index]);
    }
}

int64_t grainFor(int64_t elements) {
    constexpr int64_t kElements = 8192;
    return std::max<int64_t>(1, kElements / std::max<int64_t>(1, elements));
}

}  // namespace ascend4j
