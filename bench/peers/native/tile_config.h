// Included by force before llama.cpp's sources. GCC 12's _tile_loadconfig tells the compiler that it reads eight bytes of
// the configuration, so the stores to the other fifty-six are dropped and the first tile instruction kills the process.
// The peer is built from its own sources unchanged; this gives the intrinsic the operand it should have.
#pragma once
#if defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#undef _tile_loadconfig
#define _tile_loadconfig(config) __asm__ volatile("ldtilecfg %0" : : "m"(*(const char(*)[64])(config)))
#endif
