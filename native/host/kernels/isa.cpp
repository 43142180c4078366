#include "kernels/isa.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace ascend4j {
namespace {

constexpr Isa kAll[] = {Isa::Portable, Isa::Neon, Isa::Avx2, Isa::Avx512, Isa::Avx512Vnni, Isa::Amx};

// Linux gives the tiles' large state to a process that asks, once for all its threads. It refuses where a thread's
// alternate signal stack could not hold that state; so does a hypervisor that hides the unit.
#if defined(__x86_64__) && defined(__linux__)
bool grantsTiles() {
    constexpr unsigned kNeeded = 1u << 22 | 1u << 24 | 1u << 25;  // BF16 products, tiles, products of bytes
    constexpr long kRequestPermission = 0x1023, kTileData = 18;
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kNeeded) != kNeeded) return false;
    return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#elif defined(__x86_64__)
bool grantsTiles() { return false; }
#endif

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
        case Isa::Amx: {
            static const bool granted = grantsTiles();
            return machineHas(Isa::Avx512Vnni) && __builtin_cpu_supports("avx512bf16") && granted;
        }
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
    if (name == nullptr || *name == '\0') return kWidestIsa;
    for (Isa candidate : kAll) {
        if (std::strcmp(name, isaName(candidate)) == 0) return candidate;
    }
    std::fprintf(stderr,
                 "ASCEND4J_HOST_ISA: '%s' ignored, expected portable, neon, avx2, avx512, avx512vnni or amx\n", name);
    return kWidestIsa;
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
        case Isa::Amx:
            return "amx";
        case Isa::Portable:
            break;
    }
    return "portable";
}

}  // namespace ascend4j
