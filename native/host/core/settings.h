// The host device's environment variables, in one place.
#pragma once

#include <cstdint>
#include <string>

namespace ascend4j {

struct Settings {
    bool strict = false;          // ASCEND4J_HOST_STRICT=1: undefined behaviour becomes an error
    bool jitter = false;          // ASCEND4J_HOST_JITTER=seed: random delays before tasks
    uint64_t jitterSeed = 0;
    int devices = 1;              // ASCEND4J_HOST_DEVICES, 1 to 8
    uint64_t memoryBytes = 0;     // ASCEND4J_HOST_MEMORY, all devices together; 0: 80 % of what the process may use
    std::string soc = "Ascend910B3";  // ASCEND4J_HOST_SOC
    std::string cann = "9.1.0";       // ASCEND4J_HOST_CANN: the version the device pretends to be
    std::string problem;          // names the first variable that cannot be read; empty if all can
};

// Read at first use and again by the aclInit that initialises. The reference stays valid for the process's life, but
// shows the values of one moment.
const Settings &settings();
void reloadSettings();

inline bool strict() {
    return settings().strict;
}

}  // namespace ascend4j
