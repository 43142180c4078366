// Runs a part of a test in a child process, since a process opens device libraries once.
#ifndef ASCEND4J_TESTS_SHIM_CHILD_H_
#define ASCEND4J_TESTS_SHIM_CHILD_H_

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "ascend4j_shim.h"

// Fails when an expectation inside fails or the child ends in any other way than by itself.
template <typename Body>
void inChild(Body body) {
    std::fflush(nullptr);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        body();
        std::fflush(nullptr);
        _exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(child, waitpid(child, &status, 0));
    EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
    EXPECT_EQ(0, WEXITSTATUS(status)) << "see the failures above";
}

struct Outcome {
    int code;
    std::string error;
};

inline Outcome openCann(const std::string &directories) {
    char error[2048] = "";
    const int code = ascend4j_open(directories.c_str(), error, sizeof(error));
    return {code, error};
}

inline Outcome openHost(const std::string &directories) {
    char error[2048] = "";
    const int code = ascend4j_open_host(directories.c_str(), error, sizeof(error));
    return {code, error};
}

inline std::string stub(const std::string &set) { return std::string(STUBS) + "/" + set; }

// A directory of this test's own, removed with what is in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        char name[] = "/tmp/ascend4j-shim-XXXXXX";
        path_ = mkdtemp(name) == nullptr ? "" : name;
    }
    ~TemporaryDirectory() {
        if (!path_.empty() && std::system(("rm -rf '" + path_ + "'").c_str()) != 0) {
            std::fprintf(stderr, "cannot remove %s\n", path_.c_str());
        }
    }
    const std::string &path() const { return path_; }

private:
    std::string path_;
};

#endif
