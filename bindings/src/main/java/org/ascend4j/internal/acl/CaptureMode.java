package org.ascend4j.internal.acl;

import org.ascend4j.internal.acl.generated.AclNative;

/** Which calls a capture forbids beside itself: those that wait for the device or the driver, allocation included. */
public enum CaptureMode {
    /** In every thread of the process. */
    GLOBAL(AclNative.ACL_MODEL_RI_CAPTURE_MODE_GLOBAL),
    /** In the thread that captures. */
    THREAD_LOCAL(AclNative.ACL_MODEL_RI_CAPTURE_MODE_THREAD_LOCAL),
    /** In none; the capture may also end in another thread. */
    RELAXED(AclNative.ACL_MODEL_RI_CAPTURE_MODE_RELAXED);

    private final int id;

    CaptureMode(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }
}
