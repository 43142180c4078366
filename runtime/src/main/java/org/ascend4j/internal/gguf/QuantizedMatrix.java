package org.ascend4j.internal.gguf;

import java.util.Optional;

/**
 * A matrix that its file keeps as integers with scales: weight = (quant + offset) · scale, where scale and offset hold for
 * a group of columns that stand side by side. Any thread may read at the same time as others.
 */
public interface QuantizedMatrix {
    /** What happens to the activations that the matrix is multiplied with. */
    enum Activations {
        /** They stay numbers. */
        FLOAT,
        /** They become signed bytes, each token by a scale of its own. */
        PER_TOKEN,
        /** They become signed bytes by one scale and offset that the file gives. */
        FIXED
    }

    /**
     * How activations become bytes that the file fixes: quant = round(x / scale) + offset.
     *
     * @param biased whether the file's integer bias stands for the projection's own bias as well
     */
    record FixedInput(float scale, int offset, boolean biased) {}

    /** Output features. */
    int rows();

    /** Input features. */
    int columns();

    /** Of a quant, 4 or 8; quants are signed. */
    int bits();

    /** Columns that share a scale; all of them if a row has one scale. The last group may be shorter. */
    int groupSize();

    /** Whether offsets may differ from zero. */
    boolean affine();

    Activations activations();

    /** How activations become bytes; present for {@link Activations#FIXED} only. */
    Optional<FixedInput> input();

    /** The column that stands at each place of a row as it is read, if that is not its own. */
    Optional<int[]> order();

    /** Bytes of all parts in the file. */
    long byteSize();

    /** Groups of a row. */
    default int groups() {
        return (columns() + groupSize() - 1) / groupSize();
    }

    /**
     * Reads whole rows.
     *
     * @param quants gets {@link #columns} of them a row
     * @param scales gets {@link #groups} of them a row, as does {@code offsets}
     */
    void read(int firstRow, int count, byte[] quants, float[] scales, float[] offsets);

    /** What is added to the integer products of {@link Activations#FIXED} inputs, before they are scaled. */
    default void readBias(int firstRow, int count, int[] quants) {
        throw new IllegalStateException("inputs are not fixed");
    }
}
