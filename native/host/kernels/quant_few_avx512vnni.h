// Shared by the tile kernels of AVX-512 VNNI and AMX.
#pragma once

#include "kernels/quant_tile.h"

namespace ascend4j {

void multiplyFewAvx512Vnni(const FewRows &x, int rows, const StoredColumns &w, int64_t columns, int64_t k, float *c,
                           int64_t ldc);

void unpackAvx512Vnni(const StoredColumns &w, int columns, int64_t k, TilePanel &panel);

}  // namespace ascend4j
