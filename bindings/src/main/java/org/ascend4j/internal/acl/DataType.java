package org.ascend4j.internal.acl;

/** ACL's data types with their ids and widths in bits. */
public enum DataType {
    FLOAT(0, 32),
    FLOAT16(1, 16),
    INT8(2, 8),
    INT32(3, 32),
    UINT8(4, 8),
    INT16(6, 16),
    UINT16(7, 16),
    UINT32(8, 32),
    INT64(9, 64),
    UINT64(10, 64),
    DOUBLE(11, 64),
    BOOL(12, 8),
    BF16(27, 16),
    /** Two values a byte, the lower half first. */
    INT4(29, 4);

    private final int id;
    private final int bits;

    DataType(int id, int bits) {
        this.id = id;
        this.bits = bits;
    }

    /** The value of {@code aclDataType}. */
    public int id() {
        return id;
    }

    /** Width of one element in bits. */
    public int bits() {
        return bits;
    }

    /** Bytes of {@code elements} elements side by side, the last byte filled up. */
    public long bytes(long elements) {
        return Math.addExact(Math.multiplyExact(elements, (long) bits), 7) / 8;
    }
}
