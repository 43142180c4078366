package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.DataType;

/** The types that activations, and weights that are not kept quantized, may have. */
public enum ActivationType {
    FLOAT32(DataType.FLOAT) {
        @Override
        public void put(float[] source, int count, ByteBuffer target) {
            target.asFloatBuffer().put(source, 0, count);
            target.position(target.position() + count * 4);
        }
    },
    FLOAT16(DataType.FLOAT16) {
        @Override
        public void put(float[] source, int count, ByteBuffer target) {
            short[] halves = new short[count];
            for (int i = 0; i < count; i++) {
                halves[i] = Half.fromFloat(source[i]);
            }
            append(halves, target);
        }
    },
    BFLOAT16(DataType.BF16) {
        @Override
        public void put(float[] source, int count, ByteBuffer target) {
            short[] halves = new short[count];
            for (int i = 0; i < count; i++) {
                halves[i] = Half.toBfloat(source[i]);
            }
            append(halves, target);
        }
    };

    private final DataType dataType;

    ActivationType(DataType dataType) {
        this.dataType = dataType;
    }

    public static ActivationType of(DataType type) {
        for (ActivationType each : values()) {
            if (each.dataType == type) {
                return each;
            }
        }
        throw new IllegalArgumentException(type + " is not a type of activations");
    }

    private static void append(short[] halves, ByteBuffer target) {
        target.asShortBuffer().put(halves);
        target.position(target.position() + halves.length * Short.BYTES);
    }

    /** Appends numbers, rounded to nearest even. */
    public abstract void put(float[] source, int count, ByteBuffer target);

    /** Numbers as a device takes them, from position 0 on. */
    public ByteBuffer direct(float[] source) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect((int) dataType.bytes(source.length)).order(ByteOrder.LITTLE_ENDIAN);
        put(source, source.length, bytes);
        return bytes.position(0);
    }
}
