package org.ascend4j.internal.acl;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * Records the work of a stream instead of running it, until {@link #end()} makes a graph of it:
 *
 * <pre>{@code
 * try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
 *     ...operators, asynchronous copies, events...
 *     group = capture.group(() -> attention.launch(...));
 *     graph = capture.end();
 * }
 * }</pre>
 *
 * Closing without an end discards what was recorded. What the work uses (memory, workspaces, pinned buffers) must stay
 * where it is as long as the graph; tensors, arrays and executors may go at once, with the values they had. Waiting for
 * the stream, and whatever the mode forbids, makes the capture invalid. Used by one thread.
 */
public final class Capture extends NativeResource {
    private final Stream stream;
    private final List<TaskGroup> groups = new ArrayList<>();

    private Capture(Stream stream) {
        super(Kind.CAPTURE);
        this.stream = stream;
        opened();
        stream.device().adopt(this);
    }

    /** Begins a capture on a stream that is in none. */
    public static Capture begin(Stream stream, CaptureMode mode) {
        Acl.check(AclNative.aclmdlRICaptureBegin(stream.handle(), mode.id()), "aclmdlRICaptureBegin");
        return new Capture(stream);
    }

    /** Whether nothing has made the capture invalid so far. */
    public boolean isValid() {
        requireOpen();
        int[] status = new int[1];
        Acl.check(AclNative.aclmdlRICaptureGetInfo(stream.handle(), status, new long[1]), "aclmdlRICaptureGetInfo");
        return status[0] == AclNative.ACL_MODEL_RI_CAPTURE_STATUS_ACTIVE;
    }

    /** Records the operators that {@code launches} queues on the capture's stream as a group that can be updated. */
    public TaskGroup group(Runnable launches) {
        requireOpen();
        Acl.check(AclNative.aclmdlRICaptureTaskGrpBegin(stream.handle()), "aclmdlRICaptureTaskGrpBegin");
        launches.run();
        long[] handle = new long[1];
        Acl.check(AclNative.aclmdlRICaptureTaskGrpEnd(stream.handle(), handle), "aclmdlRICaptureTaskGrpEnd");
        TaskGroup group = new TaskGroup(handle[0]);
        groups.add(group);
        return group;
    }

    /**
     * Ends the capture, which closes it.
     *
     * @throws AclException with code 507903 when it is invalid, 107025 when a stream that joined did not return
     */
    public Graph end() {
        requireOpen();
        long[] handle = new long[1];
        int code = AclNative.aclmdlRICaptureEnd(stream.handle(), handle);
        if (code == AclError.CAPTURE_WRONG_THREAD) { // it stays open
            Acl.check(code, "aclmdlRICaptureEnd");
        }
        stream.device().forget(this);
        surrender();
        Acl.check(code, "aclmdlRICaptureEnd");
        Graph graph = new Graph(stream.device(), handle[0]);
        groups.forEach(group -> group.belongTo(graph));
        return graph;
    }

    @Override
    void release() {
        stream.device().forget(this);
        long[] handle = new long[1];
        int code = AclNative.aclmdlRICaptureEnd(stream.handle(), handle);
        if (code == 0) {
            Acl.check(AclNative.aclmdlRIDestroy(handle[0]), "aclmdlRIDestroy");
        } else if (code == AclError.CAPTURE_WRONG_THREAD) {
            Acl.check(code, "aclmdlRICaptureEnd");
        }
    }
}
