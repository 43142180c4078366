package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.OpCall;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * Operators of layers made of experts: E of them, of which each of T rows takes k. As {@link Ops}, whose stream and thread
 * they share.
 */
public final class ExpertOps {
    private static final int CUMULATED = 1;
    private static final long NO_CAPACITY = 0;
    private static final long ROW_MAJOR = 2;
    private static final long ONE_OUTPUT = 2;
    private static final long SPLIT_ROWS = 0;
    private static final long RUNNING_TOTALS = 0;

    private final OpCall call;

    public ExpertOps(Ops ops) {
        this.call = ops.call();
    }

    /**
     * The k best experts of each row and their weights.
     *
     * @param logits (T, E)
     * @param normalized makes the k weights sum to one; else they are shares among all experts
     * @param weights (T, k) as logits
     * @param experts (T, k) int32
     */
    public void choose(Tensor logits, int k, boolean normalized, Tensor weights, Tensor experts) {
        call.launch(
                "aclnnMoeGatingTopKSoftmaxV2",
                AclNative.aclnnMoeGatingTopKSoftmaxV2GetWorkspaceSize(
                        logits.handle(),
                        0, // finished
                        k,
                        normalized ? 1 : 0,
                        false, // outputSoftmaxResultFlag
                        weights.handle(),
                        experts.handle(),
                        0, // softmaxResultOut
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnMoeGatingTopKSoftmaxV2);
    }

    /**
     * Brings the rows of each expert together.
     *
     * @param x (T, H)
     * @param experts (T, k) int32
     * @param sorted (T · k, H)
     * @param places (T · k) int32: where each choice went
     * @param ends (E) int32: where each expert's rows end
     */
    public void sort(Tensor x, Tensor experts, Tensor sorted, Tensor places, Tensor ends) {
        call.launch(
                "aclnnMoeInitRoutingV2",
                AclNative.aclnnMoeInitRoutingV2GetWorkspaceSize(
                        x.handle(),
                        experts.handle(),
                        0, // activeNum: all
                        0, // expertCapacity
                        ends.shape()[0],
                        NO_CAPACITY,
                        CUMULATED,
                        false, // expertTokensBeforeCapacityFlag
                        sorted.handle(),
                        places.handle(),
                        ends.handle(),
                        0, // expertTokensBeforeCapacityOut
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnMoeInitRoutingV2);
    }

    /**
     * out (R, N) = each expert's rows of x (R, K) · its matrix of weights (E, K, N).
     *
     * @param ends (E) int64
     */
    public void multiply(TensorList x, TensorList weights, Tensor ends, TensorList out) {
        call.launch(
                "aclnnGroupedMatmulV4",
                AclNative.aclnnGroupedMatmulV4GetWorkspaceSize(
                        x.handle(),
                        weights.handle(),
                        0, // bias
                        0, // scale
                        0, // offset
                        0, // antiquantScale
                        0, // antiquantOffset
                        0, // perTokenScale
                        ends.handle(),
                        0, // activationInput
                        0, // activationQuantScale
                        0, // activationQuantOffset
                        ONE_OUTPUT,
                        SPLIT_ROWS,
                        RUNNING_TOTALS,
                        0, // actType
                        out.handle(),
                        0, // activationFeatureOut
                        0, // dynQuantScaleOut
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnGroupedMatmulV4);
    }

    /** out (T, H) = for each row the sum of its choices' results, sorted (T · k, H), times weights (T, k). */
    public void gather(Tensor sorted, Tensor places, Tensor weights, Tensor out) {
        call.launch(
                "aclnnMoeFinalizeRoutingV2",
                AclNative.aclnnMoeFinalizeRoutingV2GetWorkspaceSize(
                        sorted.handle(),
                        places.handle(),
                        0, // x1
                        0, // x2
                        0, // bias
                        weights.handle(),
                        0, // expertIdx
                        ROW_MAJOR,
                        out.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnMoeFinalizeRoutingV2);
    }
}
