#include <cstdio>
#include <fstream>

#include "core/device_fixture.h"

using namespace ascend4j;

class InitTest : public DeviceTest {
protected:
    void SetUp() override {}
};

TEST_F(InitTest, SecondInitSaysRepeatedAndCounts) {
    ASSERT_EQ(aclInit(nullptr), ACL_SUCCESS);
    EXPECT_EQ(aclInit(nullptr), ACL_ERROR_REPEAT_INITIALIZE);
    EXPECT_EQ(aclInit(""), ACL_ERROR_REPEAT_INITIALIZE);
    uint64_t left = 99;
    EXPECT_EQ(aclFinalizeReference(&left), ACL_SUCCESS);
    EXPECT_EQ(left, 2U);
    EXPECT_EQ(aclFinalize(), ACL_SUCCESS);
    EXPECT_EQ(aclFinalize(), ACL_ERROR_REPEAT_FINALIZE);
    EXPECT_EQ(aclFinalizeReference(&left), ACL_ERROR_REPEAT_FINALIZE);
}

TEST_F(InitTest, AnotherConfigIsRefused) {
    ASSERT_EQ(aclInit(nullptr), ACL_SUCCESS);
    EXPECT_EQ(aclInit("/other.json"), ACL_ERROR_INVALID_PARAM);
    EXPECT_NE(message().find("/other.json"), std::string::npos);
}

TEST_F(InitTest, ConfigMustBeAReadableObject) {
    EXPECT_EQ(aclInit("/no/such/file.json"), ACL_ERROR_INVALID_FILE);
    const std::string path = ::testing::TempDir() + "acl_config.json";
    std::ofstream(path) << "[]";
    EXPECT_EQ(aclInit(path.c_str()), ACL_ERROR_PARSE_FILE);
    std::ofstream(path) << " {\"err_msg_mode\": \"0\"}\n";
    EXPECT_EQ(aclInit(path.c_str()), ACL_SUCCESS);
    std::remove(path.c_str());
}

TEST_F(InitTest, AMalformedVariableIsNamed) {
    setenv("ASCEND4J_HOST_MEMORY", "lots", 1);
    EXPECT_EQ(aclInit(nullptr), ACL_ERROR_INVALID_PARAM);
    EXPECT_NE(message().find("ASCEND4J_HOST_MEMORY: found 'lots'"), std::string::npos);
}

TEST_F(InitTest, StrictModeDemandsInit) {
    setenv("ASCEND4J_HOST_STRICT", "1", 1);
    reloadSettings();
    EXPECT_EQ(aclrtSetDevice(0), ACL_ERROR_UNINITIALIZE);
    ASSERT_EQ(aclInit(nullptr), ACL_SUCCESS);
    EXPECT_EQ(aclrtSetDevice(0), ACL_SUCCESS);
}

TEST_F(InitTest, VersionsNeedNoDevice) {
    int32_t major = 0;
    int32_t minor = 0;
    int32_t patch = -1;
    EXPECT_EQ(aclrtGetVersion(&major, &minor, &patch), ACL_SUCCESS);
    EXPECT_EQ(std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch), "1.17.0");
    EXPECT_EQ(aclrtGetVersion(nullptr, &minor, &patch), ACL_ERROR_INVALID_PARAM);
    aclCANNPackageVersion version;
    ASSERT_EQ(aclsysGetCANNVersion(ACL_PKG_NAME_CANN, &version), ACL_SUCCESS);
    EXPECT_STREQ(version.version, "9.1.0");
    EXPECT_STREQ(version.majorVersion, "9");
    EXPECT_STREQ(version.minorVersion, "1");
    EXPECT_EQ(aclsysGetCANNVersion(ACL_PKG_NAME_DRIVER, &version), ACL_ERROR_INVALID_FILE);
    EXPECT_EQ(aclsysGetCANNVersion(static_cast<aclCANNPackageName>(8), &version), ACL_ERROR_INVALID_PARAM);
    EXPECT_STREQ(aclrtGetSocName(), "Ascend910B3");
}

TEST_F(InitTest, VersionNumbersFollowTheFormula) {
    char runtime[] = "runtime";
    const struct {
        const char *text;
        int32_t number;
    } cases[] = {{"9.1.0", 90100000}, {"9.0.0", 90000000}, {"8.5.1", 80501000}, {"8.1.RC1", 80099901},
                 {"9.2.0-beta.2", 90199802}};
    for (const auto &one : cases) {
        setenv("ASCEND4J_HOST_CANN", one.text, 1);
        reloadSettings();
        char text[128];
        ASSERT_EQ(aclsysGetVersionStr(runtime, text), ACL_SUCCESS);
        EXPECT_STREQ(text, one.text);
        int32_t number = 0;
        ASSERT_EQ(aclsysGetVersionNum(runtime, &number), ACL_SUCCESS);
        EXPECT_EQ(number, one.number) << one.text;
    }
    char unknown[] = "firmware";
    char text[128];
    EXPECT_EQ(aclsysGetVersionStr(unknown, text), ACL_ERROR_INVALID_FILE);
}

TEST_F(InitTest, OwnPackagesNameTheHostAndWhatIsOutstanding) {
    char host[] = "ascend4j_host";
    char outstanding[] = "ascend4j_host_outstanding";
    char text[128];
    ASSERT_EQ(aclsysGetVersionStr(host, text), ACL_SUCCESS);
    EXPECT_EQ(std::string(text).rfind("host ", 0), 0U) << text;
    EXPECT_NE(std::string(text).find(" threads="), std::string::npos) << text;
    ASSERT_EQ(aclsysGetVersionStr(outstanding, text), ACL_SUCCESS);
    EXPECT_STREQ(text,
                 "bytes=0 pinned=0 streams=0 events=0 contexts=0 tensors=0 scalars=0 arrays=0 lists=0 executors=0");
    open();
    const int64_t dims[] = {2};
    aclTensor *tensor = floats(allocate(64), 2);
    aclIntArray *array = aclCreateIntArray(dims, 1);
    createStream();
    ASSERT_EQ(aclsysGetVersionStr(outstanding, text), ACL_SUCCESS);
    EXPECT_STREQ(text,
                 "bytes=96 pinned=0 streams=1 events=0 contexts=1 tensors=1 scalars=0 arrays=1 lists=0 executors=0");
    aclDestroyTensor(tensor);
    aclDestroyIntArray(array);
    aclrtResetDevice(0);
    ASSERT_EQ(aclsysGetVersionStr(outstanding, text), ACL_SUCCESS);
    EXPECT_STREQ(text, "bytes=0 pinned=0 streams=0 events=0 contexts=0 tensors=0 scalars=0 arrays=0 lists=0 "
                       "executors=0 leaked=96");
}

TEST_F(InitTest, MessagesAreOfThisThreadAndReadOnce) {
    EXPECT_EQ(aclrtMalloc(nullptr, 1, ACL_MEM_MALLOC_HUGE_FIRST), ACL_ERROR_INVALID_PARAM);
    std::thread([] { EXPECT_EQ(aclGetRecentErrMsg(), nullptr); }).join();
    const std::string text = message();
    EXPECT_EQ(text.rfind("EE1001: aclrtMalloc: ", 0), 0U) << text;
    EXPECT_EQ(aclGetRecentErrMsg(), nullptr);
    EXPECT_EQ(aclrtPeekAtLastError(ACL_RT_THREAD_LEVEL), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtGetLastError(ACL_RT_THREAD_LEVEL), ACL_ERROR_INVALID_PARAM);
    EXPECT_EQ(aclrtGetLastError(ACL_RT_THREAD_LEVEL), ACL_SUCCESS);
    EXPECT_EQ(aclrtPeekAtLastError(static_cast<aclrtLastErrLevel>(7)), ACL_ERROR_RT_PARAM_INVALID);
}
