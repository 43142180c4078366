// Which library serves a function, and what an absent one answers.
#include <cmath>
#include <cstring>
#include <fstream>
#include <thread>

#include "acl/acl.h"
#include "aclnn/aclnn_base.h"
#include "aclnnop/aclnn_add.h"
#include "aclnnop/aclnn_mul.h"
#include "aclnnop/aclnn_scatter_pa_kv_cache.h"
#include "aclnnop/aclnn_swi_glu.h"
#include "child.h"
#include "function_table.h"

namespace {

int callAdd() {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    return aclnnAddGetWorkspaceSize(nullptr, nullptr, nullptr, nullptr, &size, &executor);
}

int callMul() {
    uint64_t size = 0;
    aclOpExecutor *executor = nullptr;
    return aclnnMulGetWorkspaceSize(nullptr, nullptr, nullptr, &size, &executor);
}

TEST(Table, AnswersBeforeOpenWithoutALibrary) {
    inChild([] {
        EXPECT_EQ(ASCEND4J_ERROR_NOT_OPEN, aclInit(nullptr));
        EXPECT_STREQ("aclInit", ascend4j_missing_symbol());
        EXPECT_EQ(nullptr, aclrtGetSocName());
        EXPECT_STREQ("aclrtGetSocName", ascend4j_missing_symbol());
        EXPECT_EQ(0, ascend4j_has("aclInit"));
        EXPECT_EQ(nullptr, ascend4j_library_path("aclInit"));
        char message[4] = "abc";
        EXPECT_EQ(0, ascend4j_last_error_message(message, sizeof(message)));
        EXPECT_STREQ("", message);
    });
}

TEST(Table, ServesWhatTheLibraryHasAndNamesWhatItLacks) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_EQ(0, aclInit(nullptr));
        EXPECT_EQ(0, callAdd());
        EXPECT_EQ(nullptr, ascend4j_missing_symbol());

        uint64_t size = 0;
        aclOpExecutor *executor = nullptr;
        EXPECT_EQ(ASCEND4J_ERROR_SYMBOL_MISSING, aclnnSwiGluGetWorkspaceSize(nullptr, 0, nullptr, &size, &executor));
        EXPECT_STREQ("aclnnSwiGluGetWorkspaceSize", ascend4j_missing_symbol());
        EXPECT_EQ(ASCEND4J_ERROR_SYMBOL_MISSING, aclnnScatterPaKvCache(nullptr, 0, nullptr, nullptr));
        EXPECT_STREQ("aclnnScatterPaKvCache", ascend4j_missing_symbol());
        EXPECT_EQ(0, ascend4j_has("aclnnScatterPaKvCache"));
        EXPECT_EQ(1, ascend4j_has("aclnnAdd"));
    });
}

TEST(Table, KeepsTheMissingNamePerThread) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        aclnnSwiGlu(nullptr, 0, nullptr, nullptr);
        std::thread([] {
            EXPECT_EQ(nullptr, ascend4j_missing_symbol());
            aclnnScatterPaKvCache(nullptr, 0, nullptr, nullptr);
        }).join();
        EXPECT_STREQ("aclnnSwiGlu", ascend4j_missing_symbol());
    });
}

TEST(Table, GivesEmptyValuesForAbsentFunctionsThatReturnNoCode) {
    inChild([] {
        EXPECT_EQ(nullptr, aclCreateIntArray(nullptr, 0));
        EXPECT_EQ(0u, aclDataTypeSize(ACL_FLOAT));
        EXPECT_TRUE(std::isnan(aclFloat16ToFloat(0x3c00)));
        EXPECT_STREQ("aclFloat16ToFloat", ascend4j_missing_symbol());
    });
}

TEST(Table, KnowsTheFirstCannOfEachFunction) {
    EXPECT_STREQ("8.3.RC1", ascend4j_since("aclnnScatterPaKvCache"));
    EXPECT_STREQ("8.3.RC1", ascend4j_since("aclnnScatterPaKvCacheGetWorkspaceSize"));
    EXPECT_STREQ("8.0.0", ascend4j_since("aclnnSwiGlu"));
    EXPECT_STREQ("8.5.0", ascend4j_since("aclrtLaunchHostFunc"));
    EXPECT_STREQ("8.0.0", ascend4j_since("aclrtGetVersion"));
    EXPECT_EQ(nullptr, ascend4j_since("aclnnNoSuchThing"));
    EXPECT_EQ(nullptr, ascend4j_since(""));
    EXPECT_EQ(nullptr, ascend4j_since(nullptr));
    EXPECT_EQ(0, ascend4j_has(nullptr));
}

TEST(Table, ReportsTheVersionOfTheStub) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        aclCANNPackageVersion version;
        ASSERT_EQ(0, aclsysGetCANNVersion(ACL_PKG_NAME_CANN, &version));
        EXPECT_STREQ("8.1.RC1", version.version);
        EXPECT_STREQ("8", version.majorVersion);
        EXPECT_STREQ("RC1", version.releaseVersion);
        EXPECT_EQ(0, ascend4j_has("aclsysGetVersionStr")) << "a function of 8.5.0";
    });
}

TEST(Table, LooksAcrossSplitOperatorLibraries) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("split")).code);
        EXPECT_STREQ((stub("split") + "/libopapi_math.so").c_str(), ascend4j_library_path("aclnnAdd"));
        EXPECT_STREQ((stub("split") + "/libopapi_nn.so").c_str(), ascend4j_library_path("aclnnSwiGlu"));
        EXPECT_EQ(1, ascend4j_has("aclnnScatterPaKvCache")) << "the stub stands for 8.5.0";
        EXPECT_EQ(0, callAdd());
    });
}

TEST(Table, PutsCustomOperatorsFirst) {
    inChild([] {
        setenv("ASCEND_CUSTOM_OPP_PATH", stub("custom-second").c_str(), 1);
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_EQ(1002, callAdd());
        EXPECT_EQ(1002, callMul());
        EXPECT_EQ(stub("custom-second") + "/op_api/lib/libcust_opapi.so", ascend4j_library_path("aclnnAdd"));
        EXPECT_EQ(0, aclInit(nullptr)) << "the runtime is never taken from a custom library";
    });
}

TEST(Table, TakesCustomOperatorsInTheOrderOfThePath) {
    inChild([] {
        setenv("ASCEND_CUSTOM_OPP_PATH", (stub("custom-first") + ":" + stub("custom-second")).c_str(), 1);
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_EQ(1001, callAdd());
        // The first package has one phase of Mul only, and depends on a library that has both: neither may count.
        EXPECT_EQ(1002, callMul());
    });
}

TEST(Table, TakesVendorsInTheOrderOfTheirPriority) {
    inChild([] {
        TemporaryDirectory opp;
        const std::string vendors = opp.path() + "/vendors";
        ASSERT_EQ(0, std::system(("mkdir '" + vendors + "' && ln -s '" + stub("custom-first") + "' '" + vendors +
                                  "/one' && ln -s '" + stub("custom-second") + "' '" + vendors + "/two'")
                                         .c_str()));
        std::ofstream(vendors + "/config.ini") << "load_priority=absent, two,one\n";
        setenv("ASCEND_OPP_PATH", opp.path().c_str(), 1);
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_EQ(1002, callAdd());
    });
}

TEST(Table, LeavesCustomOperatorsOutOfTheHostDevice) {
    inChild([] {
        setenv("ASCEND_CUSTOM_OPP_PATH", stub("custom-second").c_str(), 1);
        ASSERT_EQ(0, openHost(stub("lacking-op")).code);
        EXPECT_EQ(0, callAdd());
    });
}

TEST(Table, SaysWhichCustomLibraryDoesNotLoad) {
    inChild([] {
        TemporaryDirectory package;
        const std::string library = package.path() + "/op_api/lib/libcust_opapi.so";
        ASSERT_EQ(0, std::system(("mkdir -p '" + package.path() + "/op_api/lib'").c_str()));
        std::ofstream(library) << "broken";
        setenv("ASCEND_CUSTOM_OPP_PATH", package.path().c_str(), 1);
        const Outcome outcome = openCann(stub("lacking-op"));
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, outcome.code);
        EXPECT_NE(std::string::npos, outcome.error.find(library)) << outcome.error;
        EXPECT_NE(std::string::npos, outcome.error.find("ASCEND_CUSTOM_OPP_PATH")) << outcome.error;
    });
}

TEST(Table, ServesEveryDeclaredFunctionFromTheHostDevice) {
    inChild([] {
        const Outcome outcome = openHost(HOST);
        ASSERT_EQ(0, outcome.code) << outcome.error;
        for (size_t index = 0; index < ascend4j::kDeclaredCount; ++index) {
            EXPECT_STREQ(HOST "/libascendcl.so", ascend4j_library_path(ascend4j::kDeclared[index].name))
                    << ascend4j::kDeclared[index].name;
        }
        EXPECT_EQ(0, aclInit(nullptr));
        EXPECT_NE(0, aclInit(nullptr)) << "a second set-up is refused";
        EXPECT_EQ(0, aclFinalize());
    });
}

}  // namespace
