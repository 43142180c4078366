package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;
import org.ascend4j.internal.safetensors.SafetensorsType;

/** How the bytes of a tensor, as GGUF would hold them, are made of a folder's tensors. Any thread. */
interface TensorForm {
    /** Fills the rest of {@code target} with the bytes from {@code offset} on. */
    void read(long offset, ByteBuffer target);

    /** The bytes as they are. */
    record Same(SafetensorsFolder folder, SafetensorsTensor tensor) implements TensorForm {
        @Override
        public void read(long offset, ByteBuffer target) {
            folder.read(tensor, offset, target);
        }
    }

    /** Several tensors of one size, one after the other: the experts of a layer. */
    record Stacked(SafetensorsFolder folder, List<SafetensorsTensor> parts) implements TensorForm {
        @Override
        public void read(long offset, ByteBuffer target) {
            long size = parts.get(0).byteSize();
            int end = target.limit();
            long at = offset;
            while (target.position() < end) {
                long inside = at % size;
                int length = (int) Math.min(end - target.position(), size - inside);
                folder.read(parts.get((int) (at / size)), inside, target.limit(target.position() + length));
                at += length;
                target.limit(end);
            }
        }
    }

    /**
     * Rows of a rotated projection: transformers keeps the two halves of a head's features apart, GGUF's Llama keeps each
     * rotated pair side by side, so row 2i + j of a head is row j * size/2 + i of the file.
     */
    record PairedRows(SafetensorsFolder folder, SafetensorsTensor tensor, int headSize, long rowBytes)
            implements TensorForm {
        @Override
        public void read(long offset, ByteBuffer target) {
            int end = target.limit();
            long at = offset;
            while (target.position() < end) {
                long inside = at % rowBytes;
                int length = (int) Math.min(end - target.position(), rowBytes - inside);
                long source = sourceRow(at / rowBytes) * rowBytes + inside;
                folder.read(tensor, source, target.limit(target.position() + length));
                at += length;
                target.limit(end);
            }
        }

        private long sourceRow(long row) {
            long feature = row % headSize;
            return row - feature + feature % 2 * (headSize / 2) + feature / 2;
        }
    }

    /** Float32 values one above the file's: Gemma's norms scale by 1 + weight, and GGUF holds the sum. */
    record PlusOne(SafetensorsFolder folder, SafetensorsTensor tensor) implements TensorForm {
        @Override
        public void read(long offset, ByteBuffer target) {
            int width = tensor.type().bits() / 8;
            int count = target.remaining() / Float.BYTES;
            ByteBuffer source = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
            folder.read(tensor, offset / Float.BYTES * width, source);
            ByteOrder order = target.order();
            target.order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                target.putFloat(1 + number(tensor.type(), source, i * width));
            }
            target.order(order);
        }
    }

    /** Float32 values that follow from the settings. */
    record Computed(float[] values) implements TensorForm {
        @Override
        public void read(long offset, ByteBuffer target) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            target.put(bytes.slice((int) offset, target.remaining()));
        }
    }

    /** The number at a byte of {@code source}, which is little-endian; integers are signed. */
    static float number(SafetensorsType type, ByteBuffer source, int at) {
        return switch (type) {
            case F32 -> source.getFloat(at);
            case BF16 -> Float.intBitsToFloat(source.getShort(at) << 16);
            case F16 -> half(source.getShort(at));
            case I8 -> source.get(at);
            case I32 -> source.getInt(at);
            default -> throw new IllegalStateException(type.toString());
        };
    }

    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        float size = exponent == 0
                ? fraction * 0x1p-24f
                : exponent == 31
                        ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                        : Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
        return bits < 0 ? -size : size;
    }
}
