// Captures on the host device, for the tests of graphs.
#pragma once

#include <functional>
#include <vector>

#include "acl/acl_mdl.h"
#include "core/device_fixture.h"

namespace ascend4j {

class GraphTest : public DeviceTest {
protected:
    static void begin(aclrtStream stream, aclmdlRICaptureMode mode = ACL_MODEL_RI_CAPTURE_MODE_THREAD_LOCAL) {
        ASSERT_EQ(aclmdlRICaptureBegin(stream, mode), ACL_SUCCESS) << message();
    }

    static aclmdlRI end(aclrtStream stream) {
        aclmdlRI graph = nullptr;
        EXPECT_EQ(aclmdlRICaptureEnd(stream, &graph), ACL_SUCCESS) << message();
        return graph;
    }

    // The code of an end, which gives a graph or none; the stream works again afterwards.
    static aclError codeOfEnd(aclrtStream stream) {
        aclmdlRI graph = &graph;
        const aclError error = aclmdlRICaptureEnd(stream, &graph);
        EXPECT_EQ(graph != nullptr, error == ACL_SUCCESS);
        EXPECT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS);
        return error;
    }

    static aclmdlRICaptureStatus statusOf(aclrtStream stream) {
        aclmdlRICaptureStatus status = ACL_MODEL_RI_CAPTURE_STATUS_NONE;
        aclmdlRI graph = nullptr;
        EXPECT_EQ(aclmdlRICaptureGetInfo(stream, &status, &graph), ACL_SUCCESS);
        EXPECT_EQ(graph != nullptr, status != ACL_MODEL_RI_CAPTURE_STATUS_NONE);
        return status;
    }

    static aclrtEvent event(uint32_t flags = ACL_EVENT_SYNC) {
        aclrtEvent made = nullptr;
        EXPECT_EQ(flags == ACL_EVENT_EXTERNAL ? aclrtCreateEventWithFlag(&made, flags)
                                              : aclrtCreateEventExWithFlag(&made, flags),
                  ACL_SUCCESS);
        return made;
    }

    // y = x + 1 on `count` floats, both phases.
    static aclnnStatus increment(void *x, void *y, aclrtStream stream, int64_t count = 8) {
        aclTensor *in = floats(x, count);
        aclTensor *out = floats(y, count);
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        aclnnStatus status = planIncrement(in, nullptr, out, 0, &size, &executor);
        if (status == ACLNN_SUCCESS) {
            status = launchIncrement(nullptr, 0, executor, stream);
        }
        aclDestroyTensor(in);
        aclDestroyTensor(out);
        return status;
    }

    // out = value, an operator of another type.
    static aclnnStatus assign(float value, void *y, aclrtStream stream) {
        aclTensor *out = floats(y, 8);
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        OpPlan plan("testAssign", &size, &executor);
        const int to = plan.output(out, "out");
        aclnnStatus status = plan.finish(0, [=](const OpRun &run) {
            for (int64_t i = 0; i < run[to].dim(0); ++i) run[to].as<float>()[i] = value;
            return ACL_SUCCESS;
        });
        if (status == ACLNN_SUCCESS) {
            status = launchOp("testAssign", nullptr, 0, executor, stream);
        }
        aclDestroyTensor(out);
        return status;
    }

    static void *zeros(int64_t count = 8) {
        void *address = allocate(static_cast<size_t>(count) * 4);
        EXPECT_EQ(aclrtMemset(address, static_cast<size_t>(count) * 4, 0, static_cast<size_t>(count) * 4), ACL_SUCCESS);
        return address;
    }

    static float first(const void *address) {
        float value = 0;
        EXPECT_EQ(aclrtMemcpy(&value, 4, address, 4, ACL_MEMCPY_DEVICE_TO_HOST), ACL_SUCCESS);
        return value;
    }

    static void replay(aclmdlRI graph, aclrtStream stream) {
        ASSERT_EQ(aclmdlRIExecuteAsync(graph, stream), ACL_SUCCESS) << message();
        ASSERT_EQ(aclrtSynchronizeStream(stream), ACL_SUCCESS) << message();
    }

    // Both join `other` into the capture of `stream`, and back.
    static aclrtEvent fork(aclrtStream stream, aclrtStream other) {
        const aclrtEvent made = event();
        EXPECT_EQ(aclrtRecordEvent(made, stream), ACL_SUCCESS);
        EXPECT_EQ(aclrtStreamWaitEvent(other, made), ACL_SUCCESS) << message();
        return made;
    }
};

}  // namespace ascend4j
