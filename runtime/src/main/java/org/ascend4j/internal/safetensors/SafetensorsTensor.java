package org.ascend4j.internal.safetensors;

import java.util.Arrays;

/**
 * One entry of a file's header; every number has been checked against the file.
 *
 * @param name unique in its file
 * @param shape row-major sizes, the last is the fastest; empty for a single number
 * @param start bytes from the start of the data to the first element
 * @param byteSize bytes of the whole tensor
 */
public record SafetensorsTensor(String name, SafetensorsType type, long[] shape, long start, long byteSize) {
    public SafetensorsTensor {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SafetensorsTensor that
                && name.equals(that.name)
                && type == that.type
                && start == that.start
                && byteSize == that.byteSize
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
