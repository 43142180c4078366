package org.ascend4j.internal.pretrained;

import java.util.Optional;
import org.ascend4j.internal.gguf.QuantizedMatrix;

/**
 * A quantized matrix of a folder, in the order of rows that GGUF has.
 *
 * @param offsets null for none
 * @param input null unless activations are fixed
 * @param bias integers that are added to products with fixed inputs; null for none
 * @param channels the column that stands at each place; null: all in their own
 * @param headSize rows of a head whose rotated pairs are put side by side; 0 for rows as they are
 */
record FolderMatrix(
        int rows,
        int columns,
        int bits,
        int groupSize,
        StoredQuants quants,
        StoredTable scales,
        StoredTable offsets,
        Activations activations,
        FixedInput fixed,
        IntegerBias bias,
        int[] channels,
        int headSize,
        long byteSize)
        implements QuantizedMatrix {
    /** Rows that share a word in some layouts. */
    private static final int WORD_ROWS = 8;

    /** What is added to the integer products of rows. */
    interface IntegerBias {
        /** @param quants of these rows, {@code columns} each */
        void read(int firstRow, int count, byte[] quants, int[] bias);
    }

    @Override
    public boolean affine() {
        return offsets != null;
    }

    @Override
    public Optional<FixedInput> input() {
        return Optional.ofNullable(fixed);
    }

    @Override
    public Optional<int[]> order() {
        return Optional.ofNullable(channels);
    }

    /** The same with rotated pairs of each head side by side. */
    FolderMatrix paired(int size) {
        return new FolderMatrix(
                rows,
                columns,
                bits,
                groupSize,
                quants,
                scales,
                offsets,
                activations,
                fixed,
                bias,
                channels,
                size,
                byteSize);
    }

    /** Whole heads and whole words that hold these rows. */
    private record Span(int first, int count) {}

    private Span span(int firstRow, int count) {
        int grain = headSize == 0 ? WORD_ROWS : Math.multiplyExact(headSize, WORD_ROWS);
        int first = firstRow / grain * grain;
        long end = Math.min(rows, ((long) firstRow + count + grain - 1) / grain * grain);
        return new Span(first, (int) (end - first));
    }

    /** The row of the file that stands at a place. */
    private int source(int row) {
        if (headSize == 0) {
            return row;
        }
        int feature = row % headSize;
        return row - feature + feature % 2 * (headSize / 2) + feature / 2;
    }

    @Override
    public void read(int firstRow, int count, byte[] values, float[] factors, float[] added) {
        Span span = span(firstRow, count);
        byte[] integers = new byte[Math.multiplyExact(span.count, columns)];
        quants.read(span.first, span.count, integers);
        for (int row = 0; row < count; row++) {
            int from = (source(firstRow + row) - span.first) * columns;
            if (channels == null) {
                System.arraycopy(integers, from, values, row * columns, columns);
                continue;
            }
            for (int place = 0; place < columns; place++) {
                values[row * columns + place] = integers[from + channels[place]];
            }
        }
        table(scales, span, firstRow, count, factors);
        if (offsets != null) {
            table(offsets, span, firstRow, count, added);
        }
    }

    private void table(StoredTable table, Span span, int firstRow, int count, float[] values) {
        int groups = groups();
        float[] numbers = new float[Math.multiplyExact(span.count, groups)];
        table.read(span.first, span.count, numbers);
        for (int row = 0; row < count; row++) {
            int from = (source(firstRow + row) - span.first) * groups;
            System.arraycopy(numbers, from, values, row * groups, groups);
        }
    }

    @Override
    public void readBias(int firstRow, int count, int[] values) {
        Span span = span(firstRow, count);
        byte[] integers = new byte[Math.multiplyExact(span.count, columns)];
        quants.read(span.first, span.count, integers);
        int[] sums = new int[span.count];
        if (bias != null) {
            bias.read(span.first, span.count, integers, sums);
        }
        for (int row = 0; row < count; row++) {
            values[row] = sums[source(firstRow + row) - span.first];
        }
    }
}
