// Which instruction set the kernels use, decided once per process.
#pragma once

namespace ascend4j {

// Amx: AVX-512 VNNI and BF16 with the tile unit for bytes and BF16, which the operating system grants a process.
enum class Isa { Portable = 0, Neon = 1, Avx2 = 2, Avx512 = 3, Avx512Vnni = 4, Amx = 5 };

constexpr Isa kWidestIsa = Isa::Amx;

// The best that the machine has; ASCEND4J_HOST_ISA=portable|avx2|avx512|avx512vnni|amx|neon lowers it (for tests).
Isa isa();

// Makes later calls of isa() give the best set that is not above `limit`, and gives that set back. For tests, which
// compare the sets within one process; not to be called while an operator runs.
Isa limitIsa(Isa limit);

const char *isaName(Isa isa);

}  // namespace ascend4j
