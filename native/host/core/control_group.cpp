#include "core/control_group.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

namespace ascend4j {
namespace {

// The path of this process below the mount of `controller` (empty for version 2), "/" if unknown.
std::string groupPath(const std::string &controller) {
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        const size_t first = line.find(':');
        const size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) {
            continue;
        }
        std::stringstream names(line.substr(first + 1, second - first - 1));
        std::string name;
        bool match = controller.empty() && second == first + 1;
        while (std::getline(names, name, ',')) {
            match = match || name == controller;
        }
        if (match) {
            return line.substr(second + 1);
        }
    }
    return "/";
}

// Visits the group's directory and all its ancestors: every one of them limits. In a container the path named by
// /proc may not exist below the mount; then only the existing ancestors (at least the mount) count.
void eachLevel(const std::string &mount, std::string path, const std::function<void(const std::string &)> &visit) {
    while (true) {
        visit(mount + (path == "/" ? "" : path));
        const size_t slash = path.find_last_of('/');
        if (path == "/" || slash == std::string::npos) {
            return;
        }
        path = slash == 0 ? "/" : path.substr(0, slash);
    }
}

std::string firstWord(const std::string &file, std::string *second = nullptr) {
    std::ifstream in(file);
    std::string word;
    in >> word;
    if (second != nullptr) {
        in >> *second;
    }
    return word;
}

int coresOf(double quota, double period) {
    if (!(quota > 0) || !(period > 0)) {
        return 0;
    }
    return std::max(1, static_cast<int>(quota / period + 0.999));
}

template <typename T>
void lower(T &limit, T candidate) {
    if (candidate > 0 && (limit == 0 || candidate < limit)) {
        limit = candidate;
    }
}

}  // namespace

int controlGroupCores() {
    int cores = 0;
    eachLevel("/sys/fs/cgroup", groupPath(""), [&](const std::string &level) {
        std::string period;
        const std::string quota = firstWord(level + "/cpu.max", &period);
        lower(cores, coresOf(std::atof(quota.c_str()), std::atof(period.c_str())));
    });
    eachLevel("/sys/fs/cgroup/cpu", groupPath("cpu"), [&](const std::string &level) {
        lower(cores, coresOf(std::atof(firstWord(level + "/cpu.cfs_quota_us").c_str()),
                             std::atof(firstWord(level + "/cpu.cfs_period_us").c_str())));
    });
    return cores;
}

uint64_t controlGroupMemory() {
    uint64_t bytes = 0;
    const auto consider = [&](const std::string &file) {
        const uint64_t value = std::strtoull(firstWord(file).c_str(), nullptr, 10);
        lower(bytes, value >= (uint64_t{1} << 60) ? uint64_t{0} : value);  // version 1 writes "no limit" as a huge number
    };
    eachLevel("/sys/fs/cgroup", groupPath(""), [&](const std::string &level) { consider(level + "/memory.max"); });
    eachLevel("/sys/fs/cgroup/memory", groupPath("memory"),
              [&](const std::string &level) { consider(level + "/memory.limit_in_bytes"); });
    return bytes;
}

}  // namespace ascend4j
