#include "kernels/isa.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace ascend4j {
namespace {

constexpr Isa kAll[] = {Isa::Portable, Isa::Neon, Isa::Avx2, Isa::Avx512, Isa::Avx512Vnni};

bool machineHas(Isa wanted) {
    switch (wanted) {
        case Isa::Portable:
            return true;
        case Isa::Neon:
#if defined(__aarch64__)
            return true;
#else
            return false;
#endif
#if defined(__x86_64__)
        // The compiler's probe also asks whether the operating system saves the wide registers.
        case Isa::Avx2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
        case Isa::Avx512:
            return machineHas(Isa::Avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
        case Isa::Avx512Vnni:
            return machineHas(Isa::Avx512) && __builtin_cpu_supports("avx512vnni");
#endif
        default:
            return false;
    }
}

Isa bestUpTo(Isa limit) {
    Isa best = Isa::Portable;
    for (Isa candidate : kAll) {
        if (candidate <= limit && machineHas(candidate)) best = candidate;
    }
    return best;
}

Isa limitFromEnvironment() {
    const char *name = std::getenv("ASCEND4J_HOST_ISA");
    if (name == nullptr || *name == '\0') return Isa::Avx512Vnni;
    for (Isa candidate : kAll) {
        if (std::strcmp(name, isaName(candidate)) == 0) return candidate;
    }
    std::fprintf(stderr, "ASCEND4J_HOST_ISA: '%s' ignored, expected portable, neon, avx2, avx512 or avx512vnni\n", name);
    return Isa::Avx512Vnni;
}

std::atomic<Isa> &chosen() {
    static std::atomic<Isa> value{bestUpTo(limitFromEnvironment())};
    return value;
}

}  // namespace

Isa isa() { return chosen().load(std::memory_order_relaxed); }

Isa limitIsa(Isa limit) {
    const Isa best = bestUpTo(limit);
    chosen().store(best, std::memory_order_relaxed);
    return best;
}

const char *isaName(Isa isa) {
    switch (isa) {
        case Isa::Neon:
            return "neon";
        case Isa::Avx2:
            return "avx2";
        case Isa::Avx512:
            return "avx512";
        case Isa::Avx512Vnni:
            return "avx512vnni";
        case Isa::Portable:
            break;
    }
    return "portable";
}

}  // namespace ascend4j
