package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;

/** Scales or zero points of a quantized matrix, one for each row and group. Any thread. */
interface StoredTable {
    /** Fills {@code count} rows of so many groups; the first is a multiple of eight. */
    void read(int firstRow, int count, float[] values);

    /**
     * Numbers, or signed integers, for each row and group.
     *
     * @param groups of a row
     * @param single one number for all
     */
    record Numbers(SafetensorsFolder folder, SafetensorsTensor tensor, int groups, boolean single)
            implements StoredTable {
        @Override
        public void read(int firstRow, int count, float[] values) {
            int width = tensor.type().bits() / 8;
            int numbers = single ? 1 : Math.multiplyExact(count, groups);
            long first = single ? 0 : (long) firstRow * groups;
            ByteBuffer source = StoredQuants.bytes(folder, tensor, first * width, numbers * width);
            for (int i = 0; i < count * groups; i++) {
                values[i] = TensorForm.number(tensor.type(), source, single ? 0 : i * width);
            }
        }
    }

    /** Numbers with a line for each group, a number for each row in it. */
    record Lines(SafetensorsFolder folder, SafetensorsTensor tensor, int rows, int groups) implements StoredTable {
        @Override
        public void read(int firstRow, int count, float[] values) {
            int width = tensor.type().bits() / 8;
            for (int group = 0; group < groups; group++) {
                long at = ((long) group * rows + firstRow) * width;
                ByteBuffer source = StoredQuants.bytes(folder, tensor, at, count * width);
                for (int row = 0; row < count; row++) {
                    values[row * groups + group] = TensorForm.number(tensor.type(), source, row * width);
                }
            }
        }
    }

    /**
     * Zero points with a line for each group, several rows in a word.
     *
     * @param order the row of those in a word that each of its parts holds, the lowest first; null: in order
     */
    record PackedLines(SafetensorsFolder folder, SafetensorsTensor tensor, int rows, int groups, int bits, int[] order)
            implements StoredTable {
        @Override
        public void read(int firstRow, int count, float[] values) {
            int perWord = Integer.SIZE / bits;
            int words = (count + perWord - 1) / perWord;
            for (int group = 0; group < groups; group++) {
                long at = ((long) group * rows + firstRow) / perWord * Integer.BYTES;
                ByteBuffer source = StoredQuants.bytes(folder, tensor, at, words * Integer.BYTES);
                for (int word = 0; word < words; word++) {
                    int packed = source.getInt();
                    for (int i = 0; i < perWord; i++) {
                        int row = word * perWord + (order == null ? i : order[i]);
                        if (row < count) {
                            values[row * groups + group] = packed >>> bits * i & (1 << bits) - 1;
                        }
                    }
                }
            }
        }
    }

    /** Zero points of several rows in a word, the first in its lowest bits, a word for each group. */
    record PackedRows(SafetensorsFolder folder, SafetensorsTensor tensor, int groups, int bits) implements StoredTable {
        @Override
        public void read(int firstRow, int count, float[] values) {
            int perWord = Integer.SIZE / bits;
            int lines = (count + perWord - 1) / perWord;
            int lineBytes = groups * Integer.BYTES;
            ByteBuffer source = StoredQuants.bytes(
                    folder, tensor, (long) (firstRow / perWord) * lineBytes, Math.multiplyExact(lines, lineBytes));
            for (int row = 0; row < count; row++) {
                for (int group = 0; group < groups; group++) {
                    int packed = source.getInt(row / perWord * lineBytes + group * Integer.BYTES);
                    values[row * groups + group] = packed >>> row % perWord * bits & (1 << bits) - 1;
                }
            }
        }
    }

    /**
     * Offsets that follow from zero points: base − zero.
     *
     * @param exact all must be zero: the matrix was said to be symmetric; null if they may differ
     */
    record Offsets(StoredTable zeros, float base, String exact) implements StoredTable {
        @Override
        public void read(int firstRow, int count, float[] values) {
            zeros.read(firstRow, count, values);
            for (int i = 0; i < values.length; i++) {
                values[i] = base - values[i];
                if (exact != null && values[i] != 0) {
                    throw new ModelFormatException(exact + ": found a zero point that is " + -values[i]
                            + " off the middle, expected none in a symmetric matrix");
                }
            }
        }
    }

    /** Numbers, where reading another table may find that something is wrong. */
    record Checked(StoredTable numbers, StoredTable check) implements StoredTable {
        @Override
        public void read(int firstRow, int count, float[] values) {
            check.read(firstRow, count, new float[values.length]);
            numbers.read(firstRow, count, values);
        }
    }
}
