package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;

/** The integers of a quantized matrix as its files have them. Any thread. */
interface StoredQuants {
    /**
     * Reads whole rows, signed.
     *
     * @param firstRow a multiple of eight
     * @param count a multiple of eight, or all that are left
     * @param quants gets so many rows of so many columns
     */
    void read(int firstRow, int count, byte[] quants);

    /** Bytes of so many elements of a tensor as they lie one after the other. */
    static ByteBuffer bytes(SafetensorsFolder folder, SafetensorsTensor tensor, long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        folder.read(tensor, offset, bytes);
        return bytes.flip();
    }

    /** A signed byte for each. */
    record Bytes(SafetensorsFolder folder, SafetensorsTensor tensor, int columns) implements StoredQuants {
        @Override
        public void read(int firstRow, int count, byte[] quants) {
            int length = Math.multiplyExact(count, columns);
            folder.read(tensor, (long) firstRow * columns, ByteBuffer.wrap(quants, 0, length));
        }
    }

    /**
     * Several columns in a word of 32 bits, the first in its lowest bits; each is its value plus half the range.
     *
     * @param words of a row
     */
    record PackedRows(SafetensorsFolder folder, SafetensorsTensor tensor, int columns, int bits, int words)
            implements StoredQuants {
        @Override
        public void read(int firstRow, int count, byte[] quants) {
            int perWord = Integer.SIZE / bits;
            int mask = (1 << bits) - 1;
            int half = 1 << bits - 1;
            ByteBuffer source = bytes(
                    folder, tensor, (long) firstRow * words * Integer.BYTES, Math.multiplyExact(count, words * 4));
            for (int row = 0; row < count; row++) {
                int at = row * columns;
                for (int column = 0; column < columns; column++) {
                    int word = source.getInt((row * words + column / perWord) * Integer.BYTES);
                    quants[at + column] = (byte) ((word >>> column % perWord * bits & mask) - half);
                }
            }
        }
    }

    /** AWQ: a line for each column of the matrix, eight rows in a word, out of order. */
    record Awq(SafetensorsFolder folder, SafetensorsTensor tensor, int rows, int columns) implements StoredQuants {
        static final int PER_WORD = 8;

        /** Which of the eight rows each nibble holds, the lowest first. */
        static final int[] ORDER = {0, 2, 4, 6, 1, 3, 5, 7};

        private static final int HALF = 8;

        @Override
        public void read(int firstRow, int count, byte[] quants) {
            int lineBytes = rows / PER_WORD * Integer.BYTES;
            for (int column = 0; column < columns; column++) {
                long at = (long) column * lineBytes + firstRow / PER_WORD * Integer.BYTES;
                ByteBuffer source = bytes(folder, tensor, at, count / PER_WORD * Integer.BYTES);
                for (int word = 0; word < count / PER_WORD; word++) {
                    int packed = source.getInt();
                    for (int i = 0; i < PER_WORD; i++) {
                        int row = word * PER_WORD + ORDER[i];
                        quants[row * columns + column] = (byte) ((packed >>> 4 * i & 0xF) - HALF);
                    }
                }
            }
        }
    }

    /** GPTQ: a line for several columns of the matrix, the first in the lowest bits, a word for each row. */
    record Gptq(SafetensorsFolder folder, SafetensorsTensor tensor, int rows, int columns, int bits)
            implements StoredQuants {
        @Override
        public void read(int firstRow, int count, byte[] quants) {
            int perWord = Integer.SIZE / bits;
            int mask = (1 << bits) - 1;
            int half = 1 << bits - 1;
            for (int line = 0; line < columns / perWord; line++) {
                long at = ((long) line * rows + firstRow) * Integer.BYTES;
                ByteBuffer source = bytes(folder, tensor, at, count * Integer.BYTES);
                for (int row = 0; row < count; row++) {
                    int packed = source.getInt();
                    for (int i = 0; i < perWord; i++) {
                        quants[row * columns + line * perWord + i] = (byte) ((packed >>> bits * i & mask) - half);
                    }
                }
            }
        }
    }
}
