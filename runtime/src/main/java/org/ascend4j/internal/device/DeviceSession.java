package org.ascend4j.internal.device;

import java.time.Duration;
import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.ops.Ops;

/**
 * An open device with the streams that a model uses. Belongs to the thread that opened it.
 */
public final class DeviceSession implements AutoCloseable {
    private final DevicePlan plan;
    private final Duration timeout;
    private final Device device;
    private final Stream stream;
    private final Ops ops;
    private Stream side;

    private DeviceSession(DevicePlan plan, Device device, Stream stream, Duration timeout) {
        this.plan = plan;
        this.device = device;
        this.stream = stream;
        this.timeout = timeout;
        this.ops = new Ops(stream);
    }

    /**
     * Opens the planned device and binds the calling thread to it.
     *
     * @param threads the host device's threads; 0 takes all allowed cores. On an NPU they are no concern of the device
     * @param timeout how long a step may take before the device counts as hung
     */
    public static DeviceSession open(DevicePlan plan, int threads, Duration timeout) {
        plan.openLibraries();
        Device device = Device.open(plan.index());
        try {
            if (plan.host()) {
                device.limitCores(threads > 0 ? threads : Integer.MAX_VALUE);
            }
            return open(plan, device, device.stream(), timeout);
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private static DeviceSession open(DevicePlan plan, Device device, Stream stream, Duration timeout) {
        try {
            return new DeviceSession(plan, device, stream, timeout);
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    public Device device() {
        return device;
    }

    public Ops ops() {
        return ops;
    }

    /** {@code host} or {@code npu:i}. */
    public String name() {
        return plan.name();
    }

    /** What the runtime calls the chip. */
    public String soc() {
        return Acl.socName();
    }

    /** What answers under CANN's names, and the file. */
    public String library() {
        return plan.describeLibrary();
    }

    /** The CANN version that the libraries report. */
    public String cannVersion() {
        return Acl.cannVersion();
    }

    /** Whether this is the host device. */
    public boolean host() {
        return plan.host();
    }

    /** The stream that everything is queued on. */
    public Stream stream() {
        return stream;
    }

    /** A stream for what is to run beside that, such as changes of graphs. */
    public Stream side() {
        if (side == null) {
            side = device.stream();
        }
        return side;
    }

    /** How long the device may take for anything. */
    public Duration timeout() {
        return timeout;
    }

    /** Waits until everything queued has run. */
    public void synchronize() {
        if (side != null) {
            side.synchronize(timeout);
        }
        stream.synchronize(timeout);
    }

    @Override
    public void close() {
        ops.close();
        if (side != null) {
            side.close();
        }
        stream.close();
        device.close();
    }
}
