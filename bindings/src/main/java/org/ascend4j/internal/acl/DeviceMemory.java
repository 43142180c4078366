package org.ascend4j.internal.acl;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * Device memory, or a view of a part of one. Every copy is bounded by what lies behind its offset.
 *
 * <p>Blocking copies are not ordered after work queued on streams: synchronise those first. Closing a view frees
 * nothing; once the memory is closed, its views are as well. All offsets and lengths are in bytes.
 */
public final class DeviceMemory implements AutoCloseable {
    private static final int STAGING = 1 << 20;

    private final Block block;
    private final long start;
    private final long size;
    private final boolean owner;

    private DeviceMemory(Block block, long start, long size, boolean owner) {
        this.block = block;
        this.start = start;
        this.size = size;
        this.owner = owner;
    }

    static DeviceMemory allocate(Device device, long bytes) {
        device.requireOpen();
        if (bytes < 1) {
            throw new IllegalArgumentException("device memory of " + bytes + " bytes, expected at least 1");
        }
        long[] address = new long[1];
        Acl.check(AclNative.aclrtMalloc(address, bytes, AclNative.ACL_MEM_MALLOC_HUGE_FIRST), "aclrtMalloc");
        return new DeviceMemory(new Block(device, address[0], bytes), 0, bytes, true);
    }

    /** A view of {@code length} bytes from {@code offset} on. */
    public DeviceMemory slice(long offset, long length) {
        block.requireOpen();
        checkRange(this, size, offset, length);
        return new DeviceMemory(block, start + offset, length, false);
    }

    /** Device address of the first byte. */
    public long address() {
        block.requireOpen();
        return block.address + start;
    }

    /** Size in bytes. */
    public long size() {
        return size;
    }

    public boolean isClosed() {
        return block.isClosed();
    }

    /** Address of the whole allocation that this is part of: aligned to 64 bytes, which a view may not be. */
    long baseAddress() {
        block.requireOpen();
        return block.address;
    }

    /** The allocation itself, for whoever has to know whether it is open. */
    NativeResource block() {
        return block;
    }

    /** Bytes from {@link #baseAddress()} to the first byte. */
    long baseOffset() {
        return start;
    }

    /** Bytes from {@link #baseAddress()} to the end of the whole allocation. */
    long baseSize() {
        return block.size;
    }

    /** As {@link #copyFrom(long, ByteBuffer)} to the beginning. */
    public void copyFrom(ByteBuffer source) {
        copyFrom(0, source);
    }

    /** Copies the source's remaining bytes to {@code offset}, blocking; the source's position stays. */
    public void copyFrom(long offset, ByteBuffer source) {
        checkRange(this, size, offset, source.remaining());
        if (source.isDirect()) {
            upload(offset, source);
            return;
        }
        ByteBuffer rest = source.duplicate();
        ByteBuffer staging = ByteBuffer.allocateDirect(Math.max(1, Math.min(STAGING, rest.remaining())));
        for (long at = offset; rest.hasRemaining(); at += staging.limit()) {
            int length = Math.min(staging.capacity(), rest.remaining());
            staging.clear().limit(length);
            staging.put(0, rest, rest.position(), length);
            rest.position(rest.position() + length);
            upload(at, staging);
        }
    }

    private void upload(long offset, ByteBuffer direct) {
        long from = AclNative.ascend4j_jni_address(direct) + direct.position();
        Acl.check(
                AclNative.aclrtMemcpy(
                        address() + offset,
                        size - offset,
                        from,
                        direct.remaining(),
                        AclNative.ACL_MEMCPY_HOST_TO_DEVICE),
                "aclrtMemcpy");
        Reference.reachabilityFence(direct);
    }

    /** As {@link #copyTo(long, ByteBuffer)} from the beginning. */
    public void copyTo(ByteBuffer target) {
        copyTo(0, target);
    }

    /** Fills the target's remaining bytes from {@code offset} on, blocking; the target's position stays. */
    public void copyTo(long offset, ByteBuffer target) {
        checkRange(this, size, offset, target.remaining());
        if (target.isDirect()) {
            download(offset, target);
            return;
        }
        ByteBuffer rest = target.duplicate();
        ByteBuffer staging = ByteBuffer.allocateDirect(Math.max(1, Math.min(STAGING, rest.remaining())));
        for (long at = offset; rest.hasRemaining(); at += staging.limit()) {
            int length = Math.min(staging.capacity(), rest.remaining());
            staging.clear().limit(length);
            download(at, staging);
            rest.put(rest.position(), staging, 0, length);
            rest.position(rest.position() + length);
        }
    }

    private void download(long offset, ByteBuffer direct) {
        long to = AclNative.ascend4j_jni_address(direct) + direct.position();
        Acl.check(
                AclNative.aclrtMemcpy(
                        to,
                        direct.remaining(),
                        address() + offset,
                        direct.remaining(),
                        AclNative.ACL_MEMCPY_DEVICE_TO_HOST),
                "aclrtMemcpy");
        Reference.reachabilityFence(direct);
    }

    /** Queues a copy out of pinned memory, which has to stay as it is until the stream has passed the copy. */
    public void copyFromAsync(long offset, HostMemory source, long sourceOffset, long length, Stream stream) {
        checkRange(this, size, offset, length);
        copyAsync(
                address() + offset,
                size - offset,
                source.range(sourceOffset, length),
                length,
                AclNative.ACL_MEMCPY_HOST_TO_DEVICE,
                stream);
    }

    /** Queues a copy into pinned memory, to be read once the stream has passed it. */
    public void copyToAsync(long offset, HostMemory target, long targetOffset, long length, Stream stream) {
        checkRange(this, size, offset, length);
        copyAsync(
                target.range(targetOffset, length),
                target.size() - targetOffset,
                address() + offset,
                length,
                AclNative.ACL_MEMCPY_DEVICE_TO_HOST,
                stream);
    }

    /** Queues a copy out of other memory of the same device. */
    public void copyFromAsync(long offset, DeviceMemory source, long sourceOffset, long length, Stream stream) {
        checkRange(this, size, offset, length);
        checkRange(source, source.size, sourceOffset, length);
        copyAsync(
                address() + offset,
                size - offset,
                source.address() + sourceOffset,
                length,
                AclNative.ACL_MEMCPY_DEVICE_TO_DEVICE,
                stream);
    }

    private static void copyAsync(long target, long targetMax, long source, long length, int kind, Stream stream) {
        Acl.check(
                AclNative.aclrtMemcpyAsync(target, targetMax, source, length, kind, stream.handle()),
                "aclrtMemcpyAsync");
    }

    /** Queues setting {@code length} bytes from {@code offset} on to {@code value}. */
    public void fillAsync(long offset, long length, byte value, Stream stream) {
        checkRange(this, size, offset, length);
        Acl.check(
                AclNative.aclrtMemsetAsync(address() + offset, size - offset, value & 0xff, length, stream.handle()),
                "aclrtMemsetAsync");
    }

    /** Sets all bytes to {@code value}, blocking. */
    public void fill(byte value) {
        Acl.check(AclNative.aclrtMemset(address(), size, value & 0xff, size), "aclrtMemset");
    }

    static void checkRange(Object what, long size, long offset, long length) {
        if (offset < 0 || length < 0 || length > size - offset) {
            throw new IndexOutOfBoundsException(
                    what + ": " + length + " bytes at offset " + offset + " do not lie within its " + size + " bytes");
        }
    }

    @Override
    public void close() {
        if (owner) {
            block.close();
        }
    }

    @Override
    public String toString() {
        return owner ? block.toString() : "view of " + size + " bytes into " + block;
    }

    /** The allocation itself. */
    private static final class Block extends NativeResource implements Sized {
        private final Device device;
        private final long address;
        private final long size;

        Block(Device device, long address, long size) {
            super(Kind.DEVICE_MEMORY);
            this.device = device;
            this.address = address;
            this.size = size;
            opened();
            device.adopt(this);
        }

        @Override
        public long allocatedBytes() {
            return size;
        }

        @Override
        void release() {
            device.forget(this);
            Acl.check(AclNative.aclrtFree(address), "aclrtFree");
        }

        @Override
        public String toString() {
            return "device memory of " + size + " bytes";
        }
    }

    /** What takes device memory. */
    interface Sized {
        long allocatedBytes();
    }
}
