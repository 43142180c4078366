package org.ascend4j.internal.acl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * The two phases of an aclnn operator on one stream. Used by the stream's thread as
 *
 * <pre>{@code
 * op.launch("aclnnAdd",
 *         AclNative.aclnnAddGetWorkspaceSize(x.handle(), y.handle(), alpha.handle(), out.handle(),
 *                 op.workspaceSize, op.executor),
 *         AclNative::aclnnAdd);
 * }</pre>
 *
 * A call allocates nothing once the workspace has reached its size. The tensors may be closed when it returns, their
 * data only when the stream has passed the operator.
 */
public final class OpCall implements AutoCloseable {
    /** Where the first phase writes the size of its workspace: an address for {@code uint64_t *workspaceSize}. */
    public final long workspaceSize;

    /** Where the first phase writes its executor: an address for {@code aclOpExecutor **executor}. */
    public final long executor;

    /** The memory of both; zero between calls, since one operator of CANN's leaves them untouched. */
    private final ByteBuffer results = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());

    private final Stream stream;
    private final Workspace workspace;
    private boolean rehearsing;

    /** The second phase, which has the same parameters for every operator. */
    @FunctionalInterface
    public interface SecondPhase {
        int launch(long workspace, long workspaceSize, long executor, long stream);
    }

    public OpCall(Stream stream) {
        this.stream = stream;
        this.workspace = new Workspace(stream);
        this.workspaceSize = AclNative.ascend4j_jni_address(results);
        this.executor = workspaceSize + 8;
    }

    /**
     * Checks the first phase's status and queues the operator.
     *
     * @throws MissingOperatorException when the opened CANN lacks the operator
     * @throws AclException when it refuses the call; nothing is queued then
     */
    public void launch(String operator, int firstPhaseStatus, SecondPhase secondPhase) {
        long size = results.getLong(0);
        long plan = results.getLong(8);
        results.putLong(0, 0).putLong(8, 0);
        if (firstPhaseStatus != 0) {
            Acl.check(firstPhaseStatus, operator + "GetWorkspaceSize");
        }
        int status;
        try {
            long address = workspace.require(size);
            if (rehearsing) {
                drop(plan);
                return;
            }
            status = secondPhase.launch(address, size, plan, stream.handle());
        } catch (RuntimeException e) { // no workspace: the executor would otherwise never be freed
            drop(plan);
            throw e;
        }
        if (status != 0) {
            Acl.check(status, operator);
        }
    }

    private static void drop(long plan) {
        if (plan != 0) {
            AclNative.aclDestroyAclOpExecutor(plan);
        }
    }

    /**
     * Runs {@code launches} with first phases only: every operator is checked and its workspace made large enough, none
     * is queued.
     */
    public void rehearse(Runnable launches) {
        rehearsing = true;
        try {
            launches.run();
        } finally {
            rehearsing = false;
        }
    }

    /** Whether operators are only rehearsed now. */
    public boolean rehearsing() {
        return rehearsing;
    }

    public Stream stream() {
        return stream;
    }

    /** The workspace of this call's operators. */
    public Workspace workspace() {
        return workspace;
    }

    /** Bytes of workspace held now. */
    public long workspaceBytes() {
        return workspace.size();
    }

    /** Makes the workspace at least {@code bytes} large, so that calls in a capture do not have to grow it. */
    public void reserve(long bytes) {
        workspace.require(bytes);
    }

    /** Frees the workspace; the stream must be idle. */
    @Override
    public void close() {
        workspace.close();
    }
}
