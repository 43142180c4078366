package org.ascend4j.internal.model;

/**
 * The batch sizes that graphs are captured for. An NPU computes rows in tiles, so that padding costs next to nothing and
 * few graphs will do, of the sizes that vLLM takes. The host device pays for every row: there at most a quarter is padding.
 */
record BatchSizes(boolean fine, int most) {
    private static final int UNPADDED = 8;

    /** The size for a batch, at most {@link #most}. */
    int of(int batch) {
        return Math.min(most, fine ? quarters(batch) : tiles(batch));
    }

    private static int quarters(int batch) {
        return batch <= UNPADDED ? batch : roundUp(batch, Integer.highestOneBit(batch - 1) / 4);
    }

    private static int tiles(int batch) {
        if (batch <= 2) {
            return batch;
        }
        return batch <= 4 ? 4 : roundUp(batch, batch <= 256 ? 8 : 16);
    }

    private static int roundUp(int batch, int step) {
        return (batch + step - 1) / step * step;
    }
}
