package org.ascend4j.internal.acl;

import org.ascend4j.internal.acl.generated.AclNative;

/** Operators of a graph whose host parameters can be exchanged between replays; it ends with its graph. */
public final class TaskGroup {
    private final long handle;
    private Graph graph;

    TaskGroup(long handle) {
        this.handle = handle;
    }

    void belongTo(Graph owner) {
        graph = owner;
    }

    /** The graph; fails as long as its capture has not ended. */
    public Graph graph() {
        if (graph == null) {
            throw new IllegalStateException("this task group's capture has not given a graph");
        }
        return graph;
    }

    /** The {@code aclrtTaskGrp}. */
    public long handle() {
        graph().requireOpen();
        return handle;
    }

    /**
     * Puts the operators that {@code launches} queues on {@code stream} in the places of the captured ones, as soon as
     * the stream comes to it. They must be as many, of the same types and in the same order. The stream must not be
     * the capture's own while that is captured; order it against replays by an external event.
     */
    public void update(Stream stream, Runnable launches) {
        Acl.check(
                AclNative.aclmdlRICaptureTaskUpdateBegin(stream.handle(), handle()), "aclmdlRICaptureTaskUpdateBegin");
        try {
            launches.run();
        } catch (RuntimeException e) {
            AclNative.aclmdlRICaptureTaskUpdateEnd(stream.handle()); // only to free the stream
            throw e;
        }
        Acl.check(AclNative.aclmdlRICaptureTaskUpdateEnd(stream.handle()), "aclmdlRICaptureTaskUpdateEnd");
    }
}
