package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.OpCall;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.generated.AclNative;

/** Rotary position embeddings. As {@link Ops}, whose stream and thread they share. */
public final class RotaryOps {
    private static final long ROTATE_HALVES = 0;
    private static final long ROTATE_PAIRS = 1;

    private final Ops ops;
    private final OpCall call;

    RotaryOps(Ops ops) {
        this.ops = ops;
        this.call = ops.call();
    }

    /**
     * Rotates the first R features of each head of q (T, Nq · D) and k (T, Nk · D).
     *
     * @param positions (T) int64
     * @param table (positions, R): cosines, then sines
     * @param halves pairs feature i with i + R / 2, else 2i with 2i + 1
     */
    public void rope(
            Tensor positions,
            Tensor q,
            Tensor k,
            Tensor table,
            long headSize,
            boolean halves,
            Tensor qOut,
            Tensor kOut) {
        ops.launch(
                "aclnnRopeWithSinCosCache",
                positions,
                qOut,
                AclNative.aclnnRopeWithSinCosCacheGetWorkspaceSize(
                        positions.handle(),
                        q.handle(),
                        k.handle(),
                        table.handle(),
                        0,
                        headSize,
                        halves,
                        qOut.handle(),
                        kOut.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnRopeWithSinCosCache);
    }

    /**
     * Rotates pairs of features of x (1, T, N, D) by cos and sin (1, T, 1, D).
     *
     * @param halves pairs feature i with i + D / 2, else 2i with 2i + 1
     */
    public void rotate(Tensor x, Tensor cos, Tensor sin, boolean halves, Tensor out) {
        ops.launch(
                "aclnnRotaryPositionEmbedding",
                x,
                out,
                AclNative.aclnnRotaryPositionEmbeddingGetWorkspaceSize(
                        x.handle(),
                        cos.handle(),
                        sin.handle(),
                        halves ? ROTATE_HALVES : ROTATE_PAIRS,
                        out.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnRotaryPositionEmbedding);
    }
}
