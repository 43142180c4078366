package org.ascend4j.internal.safetensors;

/** The element types of the safetensors format, under the names that files give them. */
public enum SafetensorsType {
    BOOL(8),
    F4(4),
    F6_E2M3(6),
    F6_E3M2(6),
    U8(8),
    I8(8),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    I16(16),
    U16(16),
    F16(16),
    BF16(16),
    I32(32),
    U32(32),
    F32(32),
    C64(64),
    F64(64),
    I64(64),
    U64(64);

    private final int bits;

    SafetensorsType(int bits) {
        this.bits = bits;
    }

    /** Bits of one element. */
    public int bits() {
        return bits;
    }

    /** The type of this name, or null. */
    static SafetensorsType ofName(String name) {
        for (SafetensorsType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /**
     * Bytes that so many elements take.
     *
     * @throws ArithmeticException if that is no whole number, or more than a long holds
     */
    long byteSize(long elements) {
        long all = Math.multiplyExact(elements, (long) bits);
        if (all % 8 != 0) {
            throw new ArithmeticException(all + " bits are no whole number of bytes");
        }
        return all / 8;
    }
}
