package org.ascend4j.internal.acl;

import java.time.Duration;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * An in-order queue of device work. It stops at the first failed task (ACL's default is to go on with garbage), which
 * also stops the other streams of its context: an asynchronous error means that the device has to be opened again.
 */
public final class Stream extends NativeResource {
    private final Device device;
    private final long handle;

    private Stream(Device device, long handle) {
        super(Kind.STREAM);
        this.device = device;
        this.handle = handle;
        opened();
        device.adopt(this);
    }

    static Stream create(Device device) {
        device.requireOpen();
        long[] handle = new long[1];
        Acl.check(AclNative.aclrtCreateStream(handle), "aclrtCreateStream");
        int code = AclNative.aclrtSetStreamFailureMode(handle[0], AclNative.ACL_STOP_ON_FAILURE);
        if (code != 0) {
            AclNative.aclrtDestroyStream(handle[0]);
            Acl.check(code, "aclrtSetStreamFailureMode");
        }
        return new Stream(device, handle[0]);
    }

    /** The {@code aclrtStream}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    public Device device() {
        return device;
    }

    /**
     * Waits until all queued work is done.
     *
     * @throws AclException with code 507046 when that takes longer than {@code timeout}, with the task's code when a
     *     task failed
     */
    public void synchronize(Duration timeout) {
        long stream = handle();
        TimedWait.run(
                timeout,
                AclError.STREAM_SYNC_TIMEOUT,
                "aclrtSynchronizeStreamWithTimeout",
                millis -> AclNative.aclrtSynchronizeStreamWithTimeout(stream, millis));
    }

    /** Whether all queued work is done. */
    public boolean isIdle() {
        int[] status = new int[1];
        Acl.check(AclNative.aclrtStreamQuery(handle(), status), "aclrtStreamQuery");
        return status[0] == AclNative.ACL_STREAM_STATUS_COMPLETE;
    }

    /** Makes later work of this stream wait until {@code event}, as last recorded, has been reached. */
    public void waitFor(Event event) {
        Acl.check(AclNative.aclrtStreamWaitEvent(handle(), event.handle()), "aclrtStreamWaitEvent");
    }

    @Override
    void release() {
        device.forget(this);
        Acl.check(AclNative.aclrtDestroyStream(handle), "aclrtDestroyStream");
    }
}
