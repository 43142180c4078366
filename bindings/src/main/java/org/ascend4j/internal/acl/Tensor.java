package org.ascend4j.internal.acl;

import java.util.Arrays;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * Describes device data to operators ({@code aclTensor}); owns the description, never the data. The data has to stay
 * until the operators that take the tensor have run. At most 8 dimensions; everything it can touch lies within its
 * memory.
 */
public final class Tensor extends NativeResource {
    private static final int MAX_DIMENSIONS = 8;
    /** What operators ask of a tensor's base address. */
    private static final int ALIGNMENT = 32;

    private final DataType type;
    private final long[] shape;
    private final long handle;

    private Tensor(DataType type, long[] shape, long handle) {
        super(Kind.TENSOR);
        this.type = type;
        this.shape = shape;
        this.handle = handle;
        opened();
    }

    /** A contiguous row-major tensor over the beginning of {@code memory}. */
    public static Tensor of(DataType type, long[] shape, DeviceMemory memory) {
        return of(type, shape, memory, 0);
    }

    /** A contiguous row-major tensor whose first element lies {@code byteOffset} bytes into {@code memory}. */
    public static Tensor of(DataType type, long[] shape, DeviceMemory memory, long byteOffset) {
        DeviceMemory.checkRange(memory, memory.size(), byteOffset, type.bytes(elements(shape)));
        return create(type, shape, contiguous(shape), memory, byteOffset, Format.ND, shape);
    }

    /**
     * A strided view: element (i, j, ...) lies {@code offset + i*strides[0] + j*strides[1] + ...} elements into
     * {@code memory}. Strides are not negative; 4-bit types only begin at whole bytes.
     */
    public static Tensor of(DataType type, long[] shape, long[] strides, long offset, DeviceMemory memory) {
        if (strides.length != shape.length) {
            throw new IllegalArgumentException(
                    strides.length + " strides for the " + shape.length + " dimensions of " + Arrays.toString(shape));
        }
        long elements = elements(shape);
        long last = 0;
        for (int i = 0; i < shape.length; i++) {
            if (strides[i] < 0) {
                throw new IllegalArgumentException(
                        "strides are " + Arrays.toString(strides) + ", expected none below 0");
            }
            last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
        }
        if (offset < 0 || Math.multiplyExact(offset, (long) type.bits()) % 8 != 0) {
            throw new IllegalArgumentException(
                    "offset is " + offset + " elements of " + type + ", expected a number of whole bytes from 0 on");
        }
        long reach = elements == 0 ? 0 : Math.addExact(last, 1);
        DeviceMemory.checkRange(memory, memory.size(), type.bytes(offset), type.bytes(reach));
        return create(type, shape, strides, memory, type.bytes(offset), Format.ND, null);
    }

    /** A tensor whose data is stored in {@code format} with {@code storageShape} from the beginning of the memory on. */
    public static Tensor formatted(
            DataType type, long[] shape, Format format, long[] storageShape, DeviceMemory memory) {
        elements(shape);
        DeviceMemory.checkRange(memory, memory.size(), 0, type.bytes(elements(storageShape)));
        return create(type, shape, contiguous(shape), memory, 0, format, storageShape);
    }

    /**
     * Tells ACL the plainest address that is allowed: that of the first element where it is aligned as operators ask,
     * else the aligned allocation's with an offset. {@code storage} is null for a view, whose storage is all of it.
     */
    private static Tensor create(
            DataType type,
            long[] shape,
            long[] strides,
            DeviceMemory memory,
            long byteOffset,
            Format format,
            long[] storage) {
        long address = memory.address() + byteOffset;
        long offset = 0;
        long[] dimensions = storage;
        if (storage == null || address % ALIGNMENT != 0) {
            long bits = Math.multiplyExact(memory.baseOffset() + byteOffset, 8L);
            if (bits % type.bits() != 0) {
                throw new IllegalArgumentException(
                        "byte offset " + byteOffset + " into " + memory + " is no whole number of elements of " + type);
            }
            address = memory.baseAddress();
            offset = bits / type.bits();
            dimensions = new long[] {memory.baseSize() * 8 / type.bits()};
        }
        long handle = AclNative.aclCreateTensor(
                shape, shape.length, type.id(), strides, offset, format.id(), dimensions, dimensions.length, address);
        return new Tensor(type, shape.clone(), Acl.checkHandle(handle, "aclCreateTensor"));
    }

    /** Number of elements of a shape; refuses negative sizes, more than 8 dimensions and what a long cannot hold. */
    public static long elements(long[] shape) {
        if (shape.length > MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " has more than " + MAX_DIMENSIONS + " dimensions");
        }
        long elements = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has a negative size");
            }
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }

    private static long[] contiguous(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, Math.max(1, shape[i]));
        }
        return strides;
    }

    /** The {@code aclTensor*}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    public DataType type() {
        return type;
    }

    /** A copy of the sizes of all dimensions. */
    public long[] shape() {
        return shape.clone();
    }

    @Override
    void release() {
        Acl.check(AclNative.aclDestroyTensor(handle), "aclDestroyTensor");
    }

    @Override
    public String toString() {
        return "tensor " + type + Arrays.toString(shape);
    }
}
