// What opening finds, refuses and says.
#include <sys/stat.h>

#include <cstring>
#include <fstream>

#include "child.h"

namespace {

void expectContains(const std::string &text, const std::string &part) {
    EXPECT_NE(std::string::npos, text.find(part)) << "'" << part << "' is not in: " << text;
}

void copy(const std::string &from, const std::string &to) {
    std::ifstream source(from, std::ios::binary);
    std::ofstream target(to, std::ios::binary);
    target << source.rdbuf();
    ASSERT_TRUE(source && target) << from;
}

TEST(Open, NamesTheDirectoriesSearchedWhenNoLibraryIsThere) {
    inChild([] {
        TemporaryDirectory empty;
        const Outcome outcome = openCann(empty.path());
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, outcome.code);
        expectContains(outcome.error, "no libascendcl.so in " + empty.path());
        EXPECT_EQ(nullptr, ascend4j_library_path(nullptr));
    });
}

TEST(Open, RefusesDirectoriesThatDoNotExist) {
    inChild([] {
        const Outcome outcome = openCann("/nonexistent/one:/nonexistent/two");
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, outcome.code);
        expectContains(outcome.error, "/nonexistent/one:/nonexistent/two");
    });
}

TEST(Open, RefusesListsThatAreEmptyOrRelative) {
    inChild([] {
        for (const char *list : {"", ":", "lib64", "/tmp::/usr", "/tmp:", ":/tmp", "./x:/tmp"}) {
            const Outcome outcome = openCann(list);
            EXPECT_NE(0, outcome.code) << list;
            expectContains(outcome.error, "absolute");
        }
        EXPECT_EQ(ASCEND4J_ERROR_INVALID_ARGUMENT, ascend4j_open(nullptr, nullptr, 0));
    });
}

TEST(Open, NamesAFileThatIsNoLibraryAndSaysWhy) {
    inChild([] {
        TemporaryDirectory directory;
        const std::string path = directory.path() + "/libascendcl.so";
        std::ofstream(path) << "this is no library, but long enough to be read as one: " << std::string(4096, 'x');
        const Outcome outcome = openCann(directory.path());
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, outcome.code);
        expectContains(outcome.error, path);
        expectContains(outcome.error, "invalid ELF header");
        expectContains(outcome.error, "install the CANN package again");
    });
}

TEST(Open, NamesAnEmptyFileAndADirectoryInPlaceOfALibrary) {
    inChild([] {
        TemporaryDirectory first, second;
        std::ofstream(first.path() + "/libascendcl.so").flush();
        ASSERT_EQ(0, mkdir((second.path() + "/libascendcl.so").c_str(), 0700));
        for (const std::string &directory : {first.path(), second.path()}) {
            const Outcome outcome = openCann(directory);
            EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, outcome.code);
            expectContains(outcome.error, directory + "/libascendcl.so");
        }
    });
}

TEST(Open, DoesNotPassOverABrokenLibraryInFavourOfALaterDirectory) {
    inChild([] {
        TemporaryDirectory broken;
        std::ofstream(broken.path() + "/libascendcl.so") << "broken";
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, openCann(broken.path() + ":" + stub("lacking-op")).code);
    });
}

TEST(Open, MayBeTriedAgainElsewhereWhileNothingWasLoaded) {
    inChild([] {
        TemporaryDirectory empty;
        EXPECT_NE(0, openCann(empty.path()).code);
        EXPECT_EQ(0, openCann(stub("lacking-op")).code);
    });
}

TEST(Open, StaysAtItsDirectoriesOnceLibrariesAreLoaded) {
    inChild([] {
        TemporaryDirectory half;
        copy(stub("lacking-op") + "/libascendcl.so", half.path() + "/libascendcl.so");
        std::ofstream(half.path() + "/libopapi.so") << "broken";
        const Outcome first = openCann(half.path());
        EXPECT_EQ(ASCEND4J_ERROR_OPEN_FAILED, first.code);
        expectContains(first.error, half.path() + "/libopapi.so");
        const Outcome second = openCann(stub("split"));
        EXPECT_EQ(ASCEND4J_ERROR_OPENED_OTHER, second.code);
        expectContains(second.error, half.path());
        EXPECT_EQ(0, ascend4j_has("aclInit"));
    });
}

TEST(Open, IsANoOpForTheSameDirectoriesAndNamesBothForOthers) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_EQ(0, openCann(stub("lacking-op")).code);
        EXPECT_EQ(0, openCann(stub("lacking-op") + "/../lacking-op").code) << "the same directory in other words";
        const Outcome other = openCann(stub("split"));
        EXPECT_EQ(ASCEND4J_ERROR_OPENED_OTHER, other.code);
        expectContains(other.error, stub("lacking-op"));
        expectContains(other.error, stub("split"));
    });
}

TEST(Open, TakesTheFirstOfTwoVersions) {
    inChild([] {
        ASSERT_EQ(0, openCann(stub("split") + ":" + stub("lacking-op")).code);
        EXPECT_EQ(stub("split") + "/libascendcl.so", ascend4j_library_path(nullptr));
        EXPECT_EQ(stub("split") + "/libascendcl.so", std::string(ascend4j_library_path("aclrtMalloc")));
    });
}

TEST(Open, RefusesALinkStubByItsBehaviour) {
    inChild([] {
        const Outcome outcome = openCann(stub("link-stub"));
        EXPECT_EQ(ASCEND4J_ERROR_STUB_LIBRARY, outcome.code);
        expectContains(outcome.error, stub("link-stub") + "/libascendcl.so");
        expectContains(outcome.error, "stub directory is ahead in the library path");
        EXPECT_EQ(0, ascend4j_has("aclInit")) << "nothing may be called in a stub";
    });
}

TEST(Open, CutsTheErrorToTheBufferGiven) {
    inChild([] {
        char error[8];
        std::memset(error, 'x', sizeof(error));
        EXPECT_NE(0, ascend4j_open("/nonexistent", error, sizeof(error)));
        EXPECT_EQ(7u, std::strlen(error));
        char untouched = 'x';
        EXPECT_NE(0, ascend4j_open("/nonexistent", &untouched, 0));
        EXPECT_EQ('x', untouched);
    });
}

TEST(Open, NotesAnOlderOperatorLibraryThatDoesNotLoad) {
    inChild([] {
        TemporaryDirectory directory;
        copy(stub("lacking-op") + "/libascendcl.so", directory.path() + "/libascendcl.so");
        std::ofstream(directory.path() + "/libaclnn_math.so") << "broken";
        EXPECT_EQ(0, openCann(directory.path()).code);
        expectContains(ascend4j_open_notes(), directory.path() + "/libaclnn_math.so");
    });
}

TEST(Open, FindsOperatorsInOlderLibraries) {
    inChild([] {
        TemporaryDirectory directory;
        copy(stub("lacking-op") + "/libascendcl.so", directory.path() + "/libascendcl.so");
        copy(stub("lacking-op") + "/libopapi.so", directory.path() + "/libaclnn_math.so");
        EXPECT_EQ(0, openCann(directory.path()).code);
        EXPECT_STREQ((directory.path() + "/libaclnn_math.so").c_str(), ascend4j_library_path("aclnnAdd"));
    });
}

}  // namespace
