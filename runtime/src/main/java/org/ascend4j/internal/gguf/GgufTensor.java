package org.ascend4j.internal.gguf;

import java.util.Arrays;

/**
 * One entry of a file's tensor directory; every number has been checked against the file.
 *
 * @param name the tensor's name, unique in its file
 * @param type the element format
 * @param shape 1 to 4 sizes in ggml order: {@code shape[0]} is the fastest dimension, so a matrix of {@code rows} output
 *     features is {@code {columns, rows}}
 * @param offset bytes from the start of the file's data section to the first element
 * @param byteSize bytes of the whole tensor
 */
public record GgufTensor(String name, GgmlType type, long[] shape, long offset, long byteSize) {
    public GgufTensor {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** The number of elements. */
    public long elements() {
        long product = 1;
        for (long size : shape) {
            product *= size;
        }
        return product;
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GgufTensor that
                && name.equals(that.name)
                && type == that.type
                && offset == that.offset
                && byteSize == that.byteSize
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
