package org.ascend4j.internal.gguf;

/** The types of a metadata value, in the order of their ids in a file. */
enum GgufValueType {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(8),
    ARRAY(12),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private static final GgufValueType[] BY_ID = values();

    private final int leastBytes;

    GgufValueType(int leastBytes) {
        this.leastBytes = leastBytes;
    }

    /** The fewest bytes a value of this type takes in a file: its size, or the size of its length fields. */
    int leastBytes() {
        return leastBytes;
    }

    /** The type with this id, or null if there is none. */
    static GgufValueType ofId(int id) {
        return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
    }
}
