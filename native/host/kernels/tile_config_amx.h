// The shapes of the tile registers.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace ascend4j {

// The operand of ldtilecfg.
struct alignas(64) TileConfig {
    uint8_t palette = 1, startRow = 0, reserved[14] = {};
    uint16_t columnBytes[16] = {};
    uint8_t rows[16] = {};
    constexpr void shape(int tile, int rowCount, int bytes) {
        columnBytes[tile] = static_cast<uint16_t>(bytes);
        rows[tile] = static_cast<uint8_t>(rowCount);
    }
    void load() const {
        asm volatile("" : : "r"(this) : "memory");  // the intrinsic tells the compiler of the first bytes only
        _tile_loadconfig(this);
    }
};

}  // namespace ascend4j
