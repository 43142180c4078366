package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.acl.Tensor;

/**
 * Elements side by side in device memory, to be seen in any shape. Memory and tensors belong to the arena that made it.
 */
public final class DeviceArray {
    private final TensorArena arena;
    private final DataType type;
    private final DeviceMemory memory;

    DeviceArray(TensorArena arena, DataType type, DeviceMemory memory) {
        this.arena = arena;
        this.type = type;
        this.memory = memory;
    }

    public DataType type() {
        return type;
    }

    public DeviceMemory memory() {
        return memory;
    }

    /** The first elements as a row-major tensor. */
    public Tensor as(long... shape) {
        return arena.keep(Tensor.of(type, shape, memory));
    }

    /** A strided view from element {@code offset} on. */
    public Tensor view(long[] shape, long[] strides, long offset) {
        return arena.keep(Tensor.of(type, shape, strides, offset, memory));
    }

    /** {@code count} elements from {@code offset} on, as an array. */
    public DeviceArray slice(long offset, long count) {
        return new DeviceArray(arena, type, memory.slice(type.bytes(offset), type.bytes(count)));
    }

    /** The same memory, with tensors that live as long as those of another arena. */
    public DeviceArray in(TensorArena other) {
        return new DeviceArray(other, type, memory);
    }

    /** The same memory, with tensors that live as long as those of another array. */
    public DeviceArray beside(DeviceArray other) {
        return in(other.arena);
    }

    /** The same memory as elements of another type. */
    public DeviceArray typed(DataType other) {
        return new DeviceArray(arena, other, memory);
    }
}
