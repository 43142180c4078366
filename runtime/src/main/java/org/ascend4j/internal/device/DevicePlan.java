package org.ascend4j.internal.device;

import java.nio.file.Path;
import java.util.List;
import org.ascend4j.internal.acl.Acl;

/**
 * Which libraries will answer under CANN's names, and which of their devices is used.
 *
 * @param host whether it is the host device
 * @param index the device's number
 * @param directories where CANN's libraries are; empty for the host device, which brings its own
 */
public record DevicePlan(boolean host, int index, List<Path> directories) {
    /** {@code host} or {@code npu:i}. */
    public String name() {
        return host ? "host" : "npu:" + index;
    }

    void openLibraries() {
        if (host) {
            Acl.openHostDevice();
        } else {
            Acl.open(directories);
        }
    }

    String describeLibrary() {
        String hostDevice = Acl.hostDevice();
        return (hostDevice.isEmpty() ? "CANN" : hostDevice) + " (" + Acl.libraryPath("aclInit") + ")";
    }
}
