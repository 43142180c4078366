// Recorded lists of ACL calls against the host device.
#include <cstdlib>

#include "decode_model.h"

namespace {

void openDevice(const char *variable, const char *value) {
    setenv(variable, value, 1);
    ASSERT_EQ(0, openHost(HOST).code);
    ASSERT_EQ(0, aclInit(nullptr));
    ASSERT_EQ(0, aclrtSetDevice(0));
}

std::string errorOf(const ascend4j_program *program) {
    char text[512];
    ascend4j_program_error(program, text, sizeof(text));
    return text;
}

std::string functionOf(const ascend4j_program *program, int record) {
    char text[128];
    EXPECT_LT(ascend4j_program_function(program, record, text, sizeof(text)), 128);
    return text;
}

// Four layers, eager beside captured, while the sequences grow over several blocks.
void compareDecodes() {
    DecodeModel eager(4);
    DecodeModel captured(4);
    std::vector<int64_t> lengths = {1, 14, 30};
    captured.prepare(0, lengths);
    captured.capture(lengths);
    ascend4j_program *program = captured.program();
    EXPECT_EQ(1 + 4 * 4 + 1, ascend4j_program_size(program));
    std::vector<uint16_t> last;
    for (int step = 0; step < 30; ++step) {
        eager.prepare(step, lengths);
        captured.prepare(step, lengths);
        eager.launchEagerly(lengths);
        ASSERT_EQ(0, ascend4j_program_run(program, lengths.data(), DecodeModel::kBatch))
                << errorOf(program) << aclGetRecentErrMsg();
        EXPECT_EQ(-1, ascend4j_program_failed(program));
        EXPECT_EQ(eager.output(), captured.output()) << "step " << step;
        EXPECT_NE(last, captured.output()) << "step " << step;
        last = captured.output();
        for (int64_t &length : lengths) ++length;
    }
    ascend4j_program_destroy(program);
    EXPECT_EQ(0, aclmdlRIDestroy(captured.graph));
}

TEST(StepProgram, GivesTheBitsOfEagerLaunches) {
    inChild([] {
        openDevice("ASCEND4J_HOST_STRICT", "1");
        compareDecodes();
    });
}

TEST(StepProgram, GivesTheBitsOfEagerLaunchesWhateverTheTiming) {
    inChild([] {
        openDevice("ASCEND4J_HOST_JITTER", "11");
        compareDecodes();
    });
}

TEST(StepProgram, LeavesNothingBehindARun) {
    inChild([] {
        openDevice("ASCEND4J_HOST_STRICT", "1");
        DecodeModel model(2);
        std::vector<int64_t> lengths = {5, 6, 7};
        model.prepare(0, lengths);
        model.capture(lengths);
        ascend4j_program *program = model.program();
        char package[] = "ascend4j_host_outstanding";
        char before[128], after[128];
        ASSERT_EQ(0, ascend4j_program_run(program, lengths.data(), 3));
        ASSERT_EQ(0, aclsysGetVersionStr(package, before));
        for (int i = 0; i < 100; ++i) ASSERT_EQ(0, ascend4j_program_run(program, lengths.data(), 3));
        ASSERT_EQ(0, aclsysGetVersionStr(package, after));
        EXPECT_STREQ(before, after);
        ascend4j_program_destroy(program);
    });
}

TEST(StepProgram, RefusesCallsThatTheHeadersDoNotDeclareSo) {
    ascend4j_program *program = ascend4j_program_create();
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().call(program, "aclrtNone"));
    EXPECT_NE(errorOf(program).find("aclrtNone: no such function"), std::string::npos);
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().call(program, "aclCreateIntArray")) << "answers with no code";
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().nulls("tta").call(program, "aclnnMulGetWorkspaceSize"));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().nulls("p").call(program, "aclrtRecordEvent"));
    EXPECT_NE(errorOf(program).find("found 1 words of kinds 'p', expected 'pp'"), std::string::npos);
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().nulls("pi").call(program, "aclrtRecordEvent"));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().nulls("tt").launch(program, "aclnnMul", nullptr, 0, nullptr));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().nulls("ttt").launch(program, "aclnnMul", nullptr, -1, nullptr));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, Words().nulls("pp").launch(program, "aclrtRecordEvent", nullptr, 0, nullptr));
    EXPECT_EQ(0, ascend4j_program_size(program));
    EXPECT_EQ(0, Words().nulls("ttt").launch(program, "aclnnMul", nullptr, 0, nullptr));
    for (int argument : {-1, 0, 3}) {
        EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_program_array(program, 0, argument, 0, 1));
    }
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_program_array(program, -1, 0, 0, 1));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_program_call(nullptr, "aclInit", "", nullptr, 0));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_program_run(nullptr, nullptr, 0));
    EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_program_run(program, nullptr, 1));
    EXPECT_EQ(nullptr, ascend4j_program_text(program, nullptr));
    ascend4j_program_destroy(program);
    ascend4j_program_destroy(nullptr);
}

TEST(StepProgram, NamesTheCallThatFailed) {
    inChild([] {
        openDevice("ASCEND4J_HOST_STRICT", "1");
        DecodeModel model(3);
        std::vector<int64_t> lengths = {5, 6, 7};
        model.prepare(0, lengths);
        model.capture(lengths);
        ascend4j_program *program = model.program();
        const std::vector<int64_t> tooLong = {5, 6, DecodeModel::kColumns * DecodeModel::kBlock + 1};
        EXPECT_EQ(ACLNN_ERR_INNER_TILING_ERROR, ascend4j_program_run(program, tooLong.data(), 3));
        EXPECT_EQ(2, ascend4j_program_failed(program));
        EXPECT_EQ("aclnnFusedInferAttentionScoreV3GetWorkspaceSize", functionOf(program, 2));
        EXPECT_EQ("", functionOf(program, 99));
        EXPECT_EQ(0, aclrtStreamAbort(model.stream)) << "its replay waits for updates that did not come";
        EXPECT_EQ(0, aclrtSynchronizeStream(model.stream));
        EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_program_run(program, lengths.data(), 2));
        EXPECT_NE(errorOf(program).find("found 2, an array reads 3 from 0 on"), std::string::npos);
        EXPECT_EQ(0, ascend4j_program_run(program, lengths.data(), 3)) << "the update stream is free for another update";
        ascend4j_program_destroy(program);
    });
}

TEST(StepProgram, RefusesTooLittleWorkspace) {
    inChild([] {
        openDevice("ASCEND4J_HOST_STRICT", "1");
        DecodeModel model(1);
        std::vector<int64_t> lengths = {5, 6, 7};
        ascend4j_program *program = ascend4j_program_create();
        ASSERT_EQ(0, model.attentionWords(0, program).launch(program, "aclnnFusedInferAttentionScoreV3", model.workspace(),
                                                             16, model.stream));
        ASSERT_EQ(0, ascend4j_program_array(program, 0, 6, 0, 3));
        EXPECT_EQ(ASCEND4J_ERROR_WORKSPACE_TOO_SMALL, ascend4j_program_run(program, lengths.data(), 3));
        EXPECT_NE(errorOf(program).find("the program was given 16"), std::string::npos) << errorOf(program);
        EXPECT_EQ(0, ascend4j_program_failed(program));
        ascend4j_program_destroy(program);
    });
}

TEST(StepProgram, AnswersForFunctionsThatTheLibrariesLack) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        ascend4j_program *program = ascend4j_program_create();
        ASSERT_EQ(0, Words().nulls("p").call(program, "aclrtSynchronizeStream"));
        ASSERT_EQ(1, Words().nulls("p").call(program, "aclrtGetStreamAvailableNum"));
        EXPECT_EQ(ASCEND4J_ERROR_SYMBOL_MISSING, ascend4j_program_run(program, nullptr, 0));
        EXPECT_EQ(1, ascend4j_program_failed(program));
        EXPECT_STREQ("aclrtGetStreamAvailableNum", ascend4j_missing_symbol());
        ascend4j_program_destroy(program);
    });
}

}  // namespace
