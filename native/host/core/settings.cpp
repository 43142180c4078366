#include "core/settings.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

namespace ascend4j {
namespace {

std::atomic<const Settings *> current{nullptr};

void note(Settings &settings, const char *name, const char *found, const char *expected) {
    if (settings.problem.empty()) {
        settings.problem = std::string(name) + ": found '" + found + "', expected " + expected;
    }
}

// Gives `fallback` back if the variable is absent or empty.
uint64_t number(Settings &settings, const char *name, uint64_t fallback, uint64_t low, uint64_t high,
                const char *expected) {
    const char *text = std::getenv(name);
    if (text == nullptr || *text == '\0') {
        return fallback;
    }
    char *end = nullptr;
    errno = 0;
    const unsigned long long value = std::strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || std::strchr(text, '-') != nullptr || value < low || value > high) {
        note(settings, name, text, expected);
        return fallback;
    }
    return value;
}

std::string word(Settings &settings, const char *name, const std::string &fallback) {
    const char *text = std::getenv(name);
    if (text == nullptr || *text == '\0') {
        return fallback;
    }
    if (std::strlen(text) > 63) {
        note(settings, name, text, "at most 63 characters");
        return fallback;
    }
    return text;
}

Settings *readEnvironment() {
    auto *settings = new Settings();
    settings->strict = number(*settings, "ASCEND4J_HOST_STRICT", 0, 0, 1, "0 or 1") == 1;
    const char *seed = std::getenv("ASCEND4J_HOST_JITTER");
    settings->jitter = seed != nullptr && *seed != '\0';
    settings->jitterSeed = number(*settings, "ASCEND4J_HOST_JITTER", 0, 0, UINT64_MAX, "a whole number (the seed)");
    settings->devices = static_cast<int>(number(*settings, "ASCEND4J_HOST_DEVICES", 1, 1, 8, "1 to 8"));
    settings->memoryBytes =
            number(*settings, "ASCEND4J_HOST_MEMORY", 0, 1, uint64_t{1} << 50, "a number of bytes above 0");
    settings->soc = word(*settings, "ASCEND4J_HOST_SOC", settings->soc);
    settings->cann = word(*settings, "ASCEND4J_HOST_CANN", settings->cann);
    return settings;
}

bool operator==(const Settings &a, const Settings &b) {
    const auto all = [](const Settings &s) {
        return std::tie(s.strict, s.jitter, s.jitterSeed, s.devices, s.memoryBytes, s.soc, s.cann, s.problem);
    };
    return all(a) == all(b);
}

}  // namespace

const Settings &settings() {
    const Settings *found = current.load(std::memory_order_acquire);
    if (found == nullptr) {
        static std::mutex mutex;
        const std::lock_guard<std::mutex> lock(mutex);
        found = current.load(std::memory_order_acquire);
        if (found == nullptr) {
            found = readEnvironment();
            current.store(found, std::memory_order_release);
        }
    }
    return *found;
}

void reloadSettings() {
    static std::mutex mutex;
    static auto *retired = new std::vector<const Settings *>();  // other threads may still be reading them
    const std::lock_guard<std::mutex> lock(mutex);
    std::unique_ptr<const Settings> fresh(readEnvironment());
    if (!(*fresh == settings())) {
        retired->push_back(&settings());
        current.store(fresh.release(), std::memory_order_release);
    }
}

}  // namespace ascend4j
