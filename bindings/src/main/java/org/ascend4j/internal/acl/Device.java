package org.ascend4j.internal.acl;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * One device with its primary context, and the root of everything allocated on it: it refuses to close while streams,
 * events or memory are outstanding. ACL state belongs to OS threads; the thread that opens the device is bound to it,
 * any other has to call {@link #bind()} first.
 */
public final class Device extends NativeResource {
    private final int id;
    private final long context;
    private final Set<NativeResource> children = ConcurrentHashMap.newKeySet();

    private Device(int id, long context) {
        super(Kind.DEVICE);
        this.id = id;
        this.context = context;
        opened();
    }

    /** Opens device {@code id} and binds the calling thread to it. */
    public static Device open(int id) {
        Acl.check(AclNative.aclrtSetDevice(id), "aclrtSetDevice");
        long[] context = new long[1];
        int code = AclNative.aclrtGetCurrentContext(context);
        if (code != 0) {
            AclNative.aclrtResetDevice(id);
            Acl.check(code, "aclrtGetCurrentContext");
        }
        return new Device(id, context[0]);
    }

    public int id() {
        return id;
    }

    /** Makes this device current for the calling OS thread. */
    public void bind() {
        requireOpen();
        Acl.check(AclNative.aclrtSetCurrentContext(context), "aclrtSetCurrentContext");
    }

    /** Free and total memory of the device in bytes. */
    public MemoryInfo memory() {
        requireOpen();
        long[] free = new long[1];
        long[] total = new long[1];
        Acl.check(AclNative.aclrtGetMemInfo(AclNative.ACL_HBM_MEM, free, total), "aclrtGetMemInfo");
        return new MemoryInfo(free[0], total[0]);
    }

    /** Limits how many cores of the device this process uses; on the host device, its threads. CANN 8.5.0 or newer. */
    public void limitCores(int cores) {
        requireOpen();
        if (cores < 1) {
            throw new IllegalArgumentException("cores is " + cores + ", expected at least 1");
        }
        String call = "aclrtSetDeviceResLimit";
        Acl.check(AclNative.aclrtSetDeviceResLimit(id, AclNative.ACL_RT_DEV_RES_CUBE_CORE, cores), call);
        Acl.check(AclNative.aclrtSetDeviceResLimit(id, AclNative.ACL_RT_DEV_RES_VECTOR_CORE, cores), call);
    }

    /** The limit that {@link #limitCores} set, or the number of cores. */
    public int coreLimit() {
        requireOpen();
        int[] cores = new int[1];
        Acl.check(
                AclNative.aclrtGetDeviceResLimit(id, AclNative.ACL_RT_DEV_RES_CUBE_CORE, cores),
                "aclrtGetDeviceResLimit");
        return cores[0];
    }

    /** A stream that stops at the first failed task. */
    public Stream stream() {
        return Stream.create(this);
    }

    /** An event to order streams by; it cannot be timed. */
    public Event event() {
        return Event.create(this, false);
    }

    /** An event whose recordings can be subtracted; each costs launch latency. */
    public Event timedEvent() {
        return Event.create(this, true);
    }

    /**
     * An event between a captured graph's replays and other streams: in the capture a stream waits for it and resets it,
     * and for each replay another stream records it. The host cannot look at it.
     */
    public Event externalEvent() {
        return Event.createExternal(this);
    }

    /** {@code bytes} bytes of device memory, not initialised. */
    public DeviceMemory allocate(long bytes) {
        return DeviceMemory.allocate(this, bytes);
    }

    /** {@code bytes} bytes of pinned host memory, for copies that run beside the host. */
    public HostMemory allocateHost(long bytes) {
        return HostMemory.allocate(this, bytes);
    }

    /** Bytes of device memory that are allocated through this device. */
    public long allocatedBytes() {
        return children.stream()
                .filter(DeviceMemory.Sized.class::isInstance)
                .mapToLong(child -> ((DeviceMemory.Sized) child).allocatedBytes())
                .sum();
    }

    void adopt(NativeResource child) {
        children.add(child);
    }

    void forget(NativeResource child) {
        children.remove(child);
    }

    @Override
    void checkClosable() {
        List<NativeResource> left = List.copyOf(children);
        if (!left.isEmpty()) {
            String listed = left.stream()
                    .limit(10)
                    .map(NativeResource::description)
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new IllegalStateException("device " + id + " cannot close, " + left.size() + " outstanding: "
                    + listed + (left.size() > 10 ? ", ..." : "") + "; close them first"
                    + (NativeResources.tracking()
                            ? ""
                            : " (-D" + NativeResources.TRACK + "=true tells where they were made)"));
        }
    }

    @Override
    void release() {
        Acl.check(AclNative.aclrtResetDevice(id), "aclrtResetDevice");
    }

    @Override
    public String toString() {
        return "device " + id;
    }
}
