package org.ascend4j.internal.acl;

import java.time.Duration;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/** A point in a stream that other streams or the host can wait for; it may be recorded again without a reset. */
public final class Event extends NativeResource {
    private final Device device;
    private final long handle;

    private Event(Device device, long handle) {
        super(Kind.EVENT);
        this.device = device;
        this.handle = handle;
        opened();
        device.adopt(this);
    }

    static Event create(Device device, boolean timed) {
        device.requireOpen();
        long[] handle = new long[1];
        int flags = AclNative.ACL_EVENT_SYNC | (timed ? AclNative.ACL_EVENT_TIME_LINE : 0);
        Acl.check(AclNative.aclrtCreateEventExWithFlag(handle, flags), "aclrtCreateEventExWithFlag");
        return new Event(device, handle[0]);
    }

    static Event createExternal(Device device) {
        device.requireOpen();
        long[] handle = new long[1];
        Acl.check(AclNative.aclrtCreateEventWithFlag(handle, AclNative.ACL_EVENT_EXTERNAL), "aclrtCreateEventWithFlag");
        return new Event(device, handle[0]);
    }

    /** The {@code aclrtEvent}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    /** Places the event behind all work queued so far. */
    public void record(Stream stream) {
        Acl.check(AclNative.aclrtRecordEvent(handle(), stream.handle()), "aclrtRecordEvent");
    }

    /** Makes an external event wait to be recorded again, in the stream's order. */
    public void reset(Stream stream) {
        Acl.check(AclNative.aclrtResetEvent(handle(), stream.handle()), "aclrtResetEvent");
    }

    /** Whether the last recording has been reached; true as well when there is none. */
    public boolean isComplete() {
        int[] status = new int[1];
        Acl.check(AclNative.aclrtQueryEventStatus(handle(), status), "aclrtQueryEventStatus");
        return status[0] == AclNative.ACL_EVENT_RECORDED_STATUS_COMPLETE;
    }

    /** Waits until the last recording has been reached; code 507047 when that takes longer than {@code timeout}. */
    public void synchronize(Duration timeout) {
        long event = handle();
        TimedWait.run(
                timeout,
                AclError.EVENT_SYNC_TIMEOUT,
                "aclrtSynchronizeEventWithTimeout",
                millis -> AclNative.aclrtSynchronizeEventWithTimeout(event, millis));
    }

    /** Milliseconds between {@code start} and this event; both timed and complete. */
    public float millisSince(Event start) {
        float[] millis = new float[1];
        Acl.check(AclNative.aclrtEventElapsedTime(millis, start.handle(), handle()), "aclrtEventElapsedTime");
        return millis[0];
    }

    @Override
    void release() {
        device.forget(this);
        Acl.check(AclNative.aclrtDestroyEvent(handle), "aclrtDestroyEvent");
    }
}
