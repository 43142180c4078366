package org.ascend4j.internal.acl;

import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * Captured work that replays with one call on any stream of its device. It reads and writes the addresses of its
 * capture; a replay must not overlap another one of the same graph.
 */
public final class Graph extends NativeResource {
    private final Device device;
    private final long handle;

    Graph(Device device, long handle) {
        super(Kind.GRAPH);
        this.device = device;
        this.handle = handle;
        opened();
        device.adopt(this);
    }

    /** The {@code aclmdlRI}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    public Device device() {
        return device;
    }

    /** Queues a replay. */
    public void launch(Stream stream) {
        Acl.check(AclNative.aclmdlRIExecuteAsync(handle(), stream.handle()), "aclmdlRIExecuteAsync");
    }

    /** Fails with code 107037 while a replay is queued or running: wait for its stream before closing. */
    @Override
    void release() {
        Acl.check(AclNative.aclmdlRIDestroy(handle), "aclmdlRIDestroy");
        device.forget(this);
    }
}
