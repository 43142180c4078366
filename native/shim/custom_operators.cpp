#include "custom_operators.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace ascend4j {
namespace {

constexpr const char *kLibrary = "/op_api/lib/libcust_opapi.so";

std::vector<std::string> split(const std::string &text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) {
        const size_t first = part.find_first_not_of(" \t\r\n");
        if (first != std::string::npos) {
            parts.push_back(part.substr(first, part.find_last_not_of(" \t\r\n") - first + 1));
        }
    }
    return parts;
}

std::string environment(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

void addIfPresent(const std::string &package, std::vector<std::string> &libraries) {
    struct stat status;
    const std::string path = package + kLibrary;
    // A relative entry would depend on the working directory, so it names nothing.
    if (path[0] == '/' && stat(path.c_str(), &status) == 0) {
        libraries.push_back(path);
    }
}

bool isPlainName(const std::string &vendor) {
    return vendor != "." && vendor != ".." && vendor.find('/') == std::string::npos;
}

std::vector<std::string> vendorsByPriority(const std::string &config) {
    const std::string key = "load_priority";
    std::ifstream file(config);
    for (std::string line; std::getline(file, line);) {
        const size_t equals = line.find('=');
        if (equals == std::string::npos) {
            continue;
        }
        const std::vector<std::string> left = split(line.substr(0, equals), ' ');
        if (left.size() == 1 && left[0] == key) {
            return split(line.substr(equals + 1), ',');
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> customOperatorLibraries() {
    std::vector<std::string> libraries;
    for (const std::string &package : split(environment("ASCEND_CUSTOM_OPP_PATH"), ':')) {
        addIfPresent(package, libraries);
    }
    const std::string vendors = environment("ASCEND_OPP_PATH") + "/vendors";
    for (const std::string &vendor : vendorsByPriority(vendors + "/config.ini")) {
        if (isPlainName(vendor)) {
            addIfPresent(vendors + "/" + vendor, libraries);
        }
    }
    return libraries;
}

}  // namespace ascend4j
