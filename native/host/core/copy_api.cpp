// Copies and fills as the C interface sees them.
#include <cstring>

#include "acl/acl_rt.h"
#include "core/capture.h"
#include "core/context.h"
#include "core/error.h"
#include "core/stream.h"
#include "core/task.h"
#include "core/transfer.h"

namespace {

using namespace ascend4j;

constexpr size_t kMaxWidth = 5000000;
constexpr size_t kMaxHeight = 5242880;

class CopyTask : public Task {
public:
    CopyTask(const char *call, const Transfer &transfer) : call_(call), transfer_(transfer) {}

    aclError run(Stream &, std::string &text) override {
        if (transfer_.run()) {
            return ACL_SUCCESS;
        }
        text = "memory of the copy was freed before the stream came to it";
        return ACL_ERROR_RT_AICORE_EXCEPTION;
    }

    bool capturable() const override { return true; }

    void freeze(FrozenMemory &memory) const override {
        memory.add(transfer_.target, transfer_.targetSpan(), "dst");
        memory.add(transfer_.source, transfer_.sourceSpan(), "src");
    }

    const char *name() const override { return call_; }

private:
    const char *const call_;
    const Transfer transfer_;
};

struct Fill {
    void *target;
    int value;
    size_t count;

    bool run() const {
        const auto block = count == 0 ? nullptr : deviceMemory().blocks().find(target, count);
        if (block != nullptr) {
            std::memset(target, value, count);
        }
        return count == 0 || block != nullptr;
    }
};

class FillTask : public Task {
public:
    explicit FillTask(const Fill &fill) : fill_(fill) {}

    aclError run(Stream &, std::string &text) override {
        if (fill_.run()) {
            return ACL_SUCCESS;
        }
        text = "device memory of the fill was freed before the stream came to it";
        return ACL_ERROR_RT_AICORE_EXCEPTION;
    }

    bool capturable() const override { return true; }
    void freeze(FrozenMemory &memory) const override { memory.add(fill_.target, fill_.count, "devPtr"); }
    const char *name() const override { return "aclrtMemsetAsync"; }

private:
    const Fill fill_;
};

aclError copyNow(const char *call, Transfer &transfer, aclrtMemcpyKind kind) {
    if (const aclError error = requireContext(call)) {
        return error;
    }
    if (const aclError error = refuseUnsafe(call)) {
        return error;
    }
    if (const aclError error = transfer.locate(call, kind)) {
        return error;
    }
    if (!transfer.run()) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "device memory was freed by another thread during the copy");
    }
    return ACL_SUCCESS;
}

// Later, in the stream's order, if the host side is pinned; else now, after all that the stream still has to do.
aclError copyOnStream(const char *call, Transfer &transfer, aclrtMemcpyKind kind, aclrtStream stream) {
    std::shared_ptr<Stream> line;
    if (const aclError error = findStream(call, stream, line)) {
        return error;
    }
    if (kind == ACL_MEMCPY_HOST_TO_HOST) {
        return fail(ACL_ERROR_RT_FEATURE_NOT_SUPPORT, call, "kind: host to host cannot be asynchronous");
    }
    if (const aclError error = transfer.locate(call, kind)) {
        return error;
    }
    if (!transfer.empty() && !transfer.targetOnDevice && !transfer.sourceOnDevice) {
        return fail(ACL_ERROR_RT_FEATURE_NOT_SUPPORT, call, "dst, src: both are host memory, which cannot be asynchronous");
    }
    if (transfer.empty() || transfer.pinned()) {
        transfer.later = true;
        return line->enqueue(call, std::make_unique<CopyTask>(call, transfer));
    }
    if (const auto capture = line->capture()) {
        capture->invalidate(std::string(call) + " with host memory that is not pinned");
        return fail(ACL_ERROR_RT_CAPTURE_MODE_BLOCK_ASYNC, call,
                    "dst or src: host memory that is not pinned cannot be captured; take it from aclrtMallocHost");
    }
    if (const aclError error = line->synchronize(call, -1)) {
        return error;
    }
    return copyNow(call, transfer, kind);
}

aclError plain(const char *call, void *dst, size_t destMax, const void *src, size_t count, Transfer &transfer) {
    if (dst == nullptr || src == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "%s: found null", dst == nullptr ? "dst" : "src");
    }
    if (count > destMax) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "count: found %zu, expected at most destMax %zu", count, destMax);
    }
    transfer.target = dst;
    transfer.source = src;
    transfer.width = count;
    return ACL_SUCCESS;
}

aclError pitched(const char *call, void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                 aclrtMemcpyKind kind, Transfer &transfer) {
    if (dst == nullptr || src == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "%s: found null", dst == nullptr ? "dst" : "src");
    }
    if (width > dpitch || width > spitch || width > kMaxWidth || height > kMaxHeight || dpitch > SIZE_MAX / kMaxHeight / 2 ||
        spitch > SIZE_MAX / kMaxHeight / 2) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call,
                    "found width %zu, height %zu, dpitch %zu, spitch %zu; expected width <= both pitches and <= %zu, "
                    "height <= %zu",
                    width, height, dpitch, spitch, kMaxWidth, kMaxHeight);
    }
    if (kind == ACL_MEMCPY_HOST_TO_HOST) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "kind: host to host is not supported");
    }
    transfer = {dst, src, dpitch, spitch, width, height, false, false, false};
    return ACL_SUCCESS;
}

aclError checkFill(const char *call, void *devPtr, size_t maxCount, size_t count) {
    if (devPtr == nullptr) {
        return fail(ACL_ERROR_INVALID_PARAM, call, "devPtr: found null");
    }
    if (count > maxCount) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "count: found %zu, expected at most maxCount %zu", count, maxCount);
    }
    if (count > 0 && deviceMemory().blocks().find(devPtr, count) == nullptr) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "devPtr: %zu bytes from %p lie in no live device allocation", count,
                    devPtr);
    }
    return ACL_SUCCESS;
}

}  // namespace

aclError aclrtMemcpy(void *dst, size_t destMax, const void *src, size_t count, aclrtMemcpyKind kind) {
    Transfer transfer;
    const aclError error = plain("aclrtMemcpy", dst, destMax, src, count, transfer);
    return error != ACL_SUCCESS ? error : copyNow("aclrtMemcpy", transfer, kind);
}

aclError aclrtMemcpyAsync(void *dst, size_t destMax, const void *src, size_t count, aclrtMemcpyKind kind,
                          aclrtStream stream) {
    Transfer transfer;
    const aclError error = plain("aclrtMemcpyAsync", dst, destMax, src, count, transfer);
    return error != ACL_SUCCESS ? error : copyOnStream("aclrtMemcpyAsync", transfer, kind, stream);
}

aclError aclrtMemcpy2d(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                       aclrtMemcpyKind kind) {
    Transfer transfer;
    const aclError error = pitched("aclrtMemcpy2d", dst, dpitch, src, spitch, width, height, kind, transfer);
    return error != ACL_SUCCESS ? error : copyNow("aclrtMemcpy2d", transfer, kind);
}

aclError aclrtMemcpy2dAsync(void *dst, size_t dpitch, const void *src, size_t spitch, size_t width, size_t height,
                            aclrtMemcpyKind kind, aclrtStream stream) {
    Transfer transfer;
    const aclError error = pitched("aclrtMemcpy2dAsync", dst, dpitch, src, spitch, width, height, kind, transfer);
    return error != ACL_SUCCESS ? error : copyOnStream("aclrtMemcpy2dAsync", transfer, kind, stream);
}

aclError aclrtMemset(void *devPtr, size_t maxCount, int32_t value, size_t count) {
    constexpr const char *call = "aclrtMemset";
    if (const aclError error = requireContext(call)) {
        return error;
    }
    if (const aclError error = refuseUnsafe(call)) {
        return error;
    }
    if (const aclError error = checkFill(call, devPtr, maxCount, count)) {
        return error;
    }
    if (!Fill{devPtr, value, count}.run()) {
        return fail(ACL_ERROR_RT_PARAM_INVALID, call, "devPtr: %p was freed by another thread", devPtr);
    }
    return ACL_SUCCESS;
}

aclError aclrtMemsetAsync(void *devPtr, size_t maxCount, int32_t value, size_t count, aclrtStream stream) {
    constexpr const char *call = "aclrtMemsetAsync";
    std::shared_ptr<Stream> line;
    if (const aclError error = findStream(call, stream, line)) {
        return error;
    }
    if (const aclError error = checkFill(call, devPtr, maxCount, count)) {
        return error;
    }
    return line->enqueue(call, std::make_unique<FillTask>(Fill{devPtr, value, count}));
}
