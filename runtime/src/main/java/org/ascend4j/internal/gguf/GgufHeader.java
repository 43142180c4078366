package org.ascend4j.internal.gguf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;

/**
 * Parses and checks everything in front of the tensor data (format: the GGUF specification of ggml, versions 2 and 3,
 * little endian). The file is hostile until this has returned.
 */
final class GgufHeader {
    static final int MAX_KEYS = 1 << 16;
    static final int MAX_TENSORS = 1 << 16;
    static final int MAX_DIMENSIONS = 4;
    static final int MAX_KEY_BYTES = 65_535;
    static final int MAX_TENSOR_NAME_BYTES = 64;

    /** Length, one byte of name, dimension count, one dimension, type, offset. */
    private static final int LEAST_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

    /** Length, one byte of key, type, one byte of value. */
    private static final int LEAST_KEY_BYTES = 8 + 1 + 4 + 1;

    private static final int MAGIC = 0x4655_4747;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 20;
    private static final String ALIGNMENT_KEY = "general.alignment";

    private final String file;
    private final HeaderReader in;
    private final long fileSize;
    private int version;
    private GgufMetadata metadata;
    private Map<String, GgufTensor> tensors;
    private long dataStart;

    private GgufHeader(String file, HeaderReader in, long fileSize) {
        this.file = file;
        this.in = in;
        this.fileSize = fileSize;
    }

    static GgufHeader read(String file, HeaderReader in, long fileSize) throws IOException {
        GgufHeader header = new GgufHeader(file, in, fileSize);
        header.parse();
        return header;
    }

    int version() {
        return version;
    }

    GgufMetadata metadata() {
        return metadata;
    }

    /** By name, in the order of the file. */
    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** The byte of the file that tensor offsets count from. */
    long dataStart() {
        return dataStart;
    }

    private void parse() throws IOException {
        int magic = in.i32("magic");
        if (magic != MAGIC) {
            throw in.error(0, "magic", String.format("0x%08x", Integer.reverseBytes(magic)), "\"GGUF\" (a GGUF file)");
        }
        version = in.i32("version");
        if ((version & 0xFFFF) == 0 && version != 0) {
            throw in.error(4, "version", "a big-endian file", "a little-endian file; convert the model again");
        }
        if (version != 2 && version != 3) {
            throw in.error(4, "version", Integer.toUnsignedString(version), "2 or 3");
        }
        int tensorCount = in.count("tensor count", LEAST_TENSOR_BYTES, MAX_TENSORS);
        int keyCount = in.count("key count", LEAST_KEY_BYTES, MAX_KEYS);
        metadata = new GgufMetadata(file, new MetadataReader(in).read(keyCount));
        int alignment = alignment();
        tensors = new LinkedHashMap<>();
        for (int i = 0; i < tensorCount; i++) {
            readTensor(i, alignment);
        }
        dataStart = roundUp(in.position(), alignment);
        checkExtents();
    }

    private int alignment() {
        int alignment = metadata.u32(ALIGNMENT_KEY, DEFAULT_ALIGNMENT);
        if (!(alignment >= 8 && alignment <= MAX_ALIGNMENT) || Integer.bitCount(alignment) != 1) {
            throw new ModelFormatException(file + ": key " + ALIGNMENT_KEY + ": found " + alignment
                    + ", expected a power of two from 8 to " + MAX_ALIGNMENT);
        }
        return alignment;
    }

    private void readTensor(int index, int alignment) throws IOException {
        long at = in.position();
        String name = in.string("name of tensor " + index, MAX_TENSOR_NAME_BYTES);
        if (name.isEmpty() || tensors.containsKey(name)) {
            throw in.error(at, "name of tensor " + index, "\"" + name + "\"", "a name that no other tensor has");
        }
        String field = "tensor " + name;
        long[] shape = readShape(field);
        at = in.position();
        int id = in.i32(field + ", type");
        GgmlType type = GgmlType.ofId(id).orElse(null);
        if (type == null) {
            throw in.error(at, field + ", type", Integer.toUnsignedString(id), "a known, current ggml type id");
        }
        long byteSize = byteSize(field, at, type, shape);
        at = in.position();
        long offset = in.i64(field + ", offset");
        if (offset < 0 || offset % alignment != 0) {
            throw in.error(
                    at, field + ", offset", Long.toUnsignedString(offset), "a multiple of the alignment " + alignment);
        }
        tensors.put(name, new GgufTensor(name, type, shape, offset, byteSize));
    }

    private long[] readShape(String field) throws IOException {
        long at = in.position();
        int dimensions = in.i32(field + ", dimension count");
        if (!(dimensions >= 1 && dimensions <= MAX_DIMENSIONS)) {
            throw in.error(
                    at, field + ", dimension count", Integer.toUnsignedString(dimensions), "1 to " + MAX_DIMENSIONS);
        }
        long[] shape = new long[dimensions];
        for (int d = 0; d < dimensions; d++) {
            at = in.position();
            shape[d] = in.i64(field + ", dimension " + d);
            if (shape[d] < 1) {
                throw in.error(at, field + ", dimension " + d, Long.toUnsignedString(shape[d]), "1 or more");
            }
        }
        return shape;
    }

    private long byteSize(String field, long at, GgmlType type, long[] shape) {
        if (shape[0] % type.blockSize() != 0) {
            throw in.error(
                    at,
                    field + ", dimension 0",
                    Long.toString(shape[0]),
                    "a multiple of " + type.blockSize() + ", the block of " + type);
        }
        try {
            long elements = 1;
            for (long size : shape) {
                elements = Math.multiplyExact(elements, size);
            }
            return type.byteSize(elements);
        } catch (ArithmeticException e) {
            throw in.error(at, field + ", size", "more than 2^63 bytes", "a tensor inside the file");
        }
    }

    /** Every tensor lies inside the file and no two share a byte. */
    private void checkExtents() {
        List<GgufTensor> byOffset = new ArrayList<>(tensors.values());
        byOffset.sort(Comparator.comparingLong(GgufTensor::offset));
        long dataSize = fileSize - dataStart;
        GgufTensor before = null;
        for (GgufTensor tensor : byOffset) {
            if (tensor.byteSize() > dataSize || tensor.offset() > dataSize - tensor.byteSize()) {
                throw new ModelFormatException(file + ": tensor " + tensor.name() + ": found offset " + tensor.offset()
                        + " and " + tensor.byteSize() + " bytes, expected them inside the " + Math.max(0, dataSize)
                        + " bytes of tensor data (from byte " + dataStart + "); the file may be incomplete");
            }
            if (before != null && tensor.offset() < before.offset() + before.byteSize()) {
                throw new ModelFormatException(file + ": tensor " + tensor.name() + ": found offset " + tensor.offset()
                        + " inside tensor " + before.name() + ", expected tensors that do not overlap");
            }
            before = tensor;
        }
    }

    private static long roundUp(long value, int alignment) {
        return (value + alignment - 1) & -(long) alignment;
    }
}
