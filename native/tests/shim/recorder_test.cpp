// What the recorder writes down about calls that reach it through the shim.
#include <fstream>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

#include "acl/acl.h"
#include "aclnnop/aclnn_add.h"
#include "aclnnop/aclnn_cast.h"
#include "aclnnop/aclnn_fused_infer_attention_score_v2.h"
#include "child.h"

namespace {

// Opens the recorder before the host device, writing into `file`.
void openRecorder(const std::string &file) {
    setenv("ASCEND4J_RECORD_TARGET", HOST, 1);
    setenv("ASCEND4J_RECORD_FILE", file.c_str(), 1);
    const Outcome outcome = openHost(stub("recorder"));
    ASSERT_EQ(0, outcome.code) << outcome.error;
    ASSERT_EQ(0, aclInit(nullptr));
    ASSERT_EQ(0, aclrtSetDevice(0));
}

std::vector<std::string> lines(const std::string &file) {
    std::vector<std::string> all;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        all.push_back(line);
    }
    return all;
}

// A view over fresh device memory of 4 KiB.
aclTensor *tensor(
        std::vector<int64_t> shape, aclDataType type = ACL_FLOAT, std::vector<int64_t> strides = {},
        aclFormat format = ACL_FORMAT_ND) {
    void *memory = nullptr;
    EXPECT_EQ(0, aclrtMalloc(&memory, 4096, ACL_MEM_MALLOC_HUGE_FIRST));
    const int64_t storage[] = {512};
    return aclCreateTensor(
            shape.data(), shape.size(), type, strides.empty() ? nullptr : strides.data(), 0, format, storage, 1,
            memory);
}

// Both phases of an addition on the default stream.
void add(const aclTensor *a, const aclTensor *b, aclTensor *out) {
    float one = 1;
    aclScalar *alpha = aclCreateScalar(&one, ACL_FLOAT);
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    void *workspace = nullptr;
    ASSERT_EQ(0, aclnnAddGetWorkspaceSize(a, b, alpha, out, &size, &executor));
    if (size > 0) {
        ASSERT_EQ(0, aclrtMalloc(&workspace, size, ACL_MEM_MALLOC_HUGE_FIRST));
    }
    ASSERT_EQ(0, aclnnAdd(workspace, size, executor, nullptr));
    ASSERT_EQ(0, aclrtSynchronizeStream(nullptr));
    aclDestroyScalar(alpha);
}

TEST(Recorder, WritesStridesOfViewsThatAreNotContiguous) {
    inChild([] {
        TemporaryDirectory directory;
        const std::string file = directory.path() + "/record";
        openRecorder(file);
        add(tensor({2, 3}, ACL_FLOAT, {1, 2}), tensor({2, 3}), tensor({2, 3}));
        EXPECT_EQ((std::vector<std::string>{
                          "aclnnAddGetWorkspaceSize self=FLOAT:2x3@1x2;other=FLOAT:2x3;out=FLOAT:2x3|alpha=FLOAT:1",
                          "aclnnAdd"}),
                  lines(file));
    });
}

TEST(Recorder, WritesNullsAttributesAndTheStatusOfARefusal) {
    inChild([] {
        TemporaryDirectory directory;
        const std::string file = directory.path() + "/record";
        openRecorder(file);
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        const int code = aclnnCastGetWorkspaceSize(nullptr, ACL_BF16, tensor({4}, ACL_BF16), &size, &executor);
        EXPECT_EQ(ACLNN_ERR_PARAM_NULLPTR, code);
        EXPECT_EQ((std::vector<std::string>{"aclnnCastGetWorkspaceSize self=-;out=BF16:4|dtype=BF16 !161001"}),
                  lines(file));
    });
}

TEST(Recorder, WritesTheMembersOfListsAndArrays) {
    inChild([] {
        TemporaryDirectory directory;
        const std::string file = directory.path() + "/record";
        openRecorder(file);
        const aclTensor *members[] = {tensor({1, 2, 8}, ACL_FLOAT16), tensor({1, 4, 8}, ACL_FLOAT16)};
        const int64_t lengths[] = {2, 4};
        const aclTensorList *list = aclCreateTensorList(members, 2);
        const aclIntArray *array = aclCreateIntArray(lengths, 2);
        char layout[] = "BSH";
        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        aclnnFusedInferAttentionScoreV2GetWorkspaceSize(
                nullptr, list, nullptr, nullptr, nullptr, array, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                nullptr, 1, 0.5, 0, 0, layout, 1, 0, 0, 0, 0, false, 0, 0, nullptr, nullptr, &size, &executor);
        ASSERT_EQ(1u, lines(file).size());
        const std::string line = lines(file)[0];
        for (const char *part : {"query=-;key=(FLOAT16:1x2x8,FLOAT16:1x4x8);value=-;", "actualSeqLengthsOptional=[2,4]",
                                 "scaleValue=0.5", "inputLayout=BSH", "softmaxLseFlag=false"}) {
            EXPECT_NE(std::string::npos, line.find(part)) << part << " is not in " << line;
        }
    });
}

TEST(Recorder, KeepsLinesOfManyThreadsWhole) {
    inChild([] {
        constexpr int kThreads = 4, kCalls = 100;
        TemporaryDirectory directory;
        const std::string file = directory.path() + "/record";
        openRecorder(file);
        std::vector<std::thread> threads;
        for (int t = 1; t <= kThreads; ++t) {
            threads.emplace_back([t] {
                ASSERT_EQ(0, aclrtSetDevice(0));
                aclTensor *a = tensor({t}), *b = tensor({t}), *out = tensor({t});
                for (int call = 0; call < kCalls; ++call) {
                    add(a, b, out);
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        std::map<std::string, int> counts;
        for (const std::string &line : lines(file)) {
            ++counts[line];
        }
        EXPECT_EQ(kThreads * kCalls, counts["aclnnAdd"]);
        for (int t = 1; t <= kThreads; ++t) {
            const std::string shape = "FLOAT:" + std::to_string(t);
            EXPECT_EQ(kCalls, counts["aclnnAddGetWorkspaceSize self=" + shape + ";other=" + shape + ";out=" + shape +
                                     "|alpha=FLOAT:1"]);
        }
        EXPECT_EQ(kThreads + 1u, counts.size()) << "lines of no known form";
    });
}

}  // namespace
