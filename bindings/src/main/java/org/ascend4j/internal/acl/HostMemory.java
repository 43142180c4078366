package org.ascend4j.internal.acl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/** Pinned host memory, 64-byte aligned: the only host memory that asynchronous copies take. */
public final class HostMemory extends NativeResource {
    private final Device device;
    private final long address;
    private final long size;

    private HostMemory(Device device, long address, long size) {
        super(Kind.HOST_MEMORY);
        this.device = device;
        this.address = address;
        this.size = size;
        opened();
        device.adopt(this);
    }

    static HostMemory allocate(Device device, long bytes) {
        device.requireOpen();
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "host memory of " + bytes + " bytes, expected 1 to " + Integer.MAX_VALUE);
        }
        long[] address = new long[1];
        Acl.check(AclNative.aclrtMallocHost(address, bytes), "aclrtMallocHost");
        return new HostMemory(device, address[0], bytes);
    }

    /** A new little-endian view of the whole memory; it must not be touched after {@link #close()}. */
    public ByteBuffer buffer() {
        requireOpen();
        return AclNative.ascend4j_jni_buffer(address, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Size in bytes. */
    public long size() {
        return size;
    }

    /** Address of {@code length} bytes at {@code offset}, checked. */
    long range(long offset, long length) {
        requireOpen();
        DeviceMemory.checkRange(this, size, offset, length);
        return address + offset;
    }

    @Override
    void release() {
        device.forget(this);
        Acl.check(AclNative.aclrtFreeHost(address), "aclrtFreeHost");
    }

    @Override
    public String toString() {
        return "host memory of " + size + " bytes";
    }
}
