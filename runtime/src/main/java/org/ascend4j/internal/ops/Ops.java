package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.IntArray;
import org.ascend4j.internal.acl.OpCall;
import org.ascend4j.internal.acl.Scalar;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * The seam between models and ACL: one method an operator, both phases inside. Calls are enqueued on one stream and
 * return before the device has run them; a failure on the device shows at the next synchronisation. Belongs to the
 * thread that owns the device. Shapes are those of the operators' documents; T is a number of rows.
 */
public final class Ops implements AutoCloseable {
    /** Every product and sum in the tensors' own type. */
    private static final byte KEEP_DTYPE = 0;

    static final int HIGH_PRECISION = 0;
    static final int HIGH_PERFORMANCE = 1;

    private final OpCall call;
    private final Breadcrumbs crumbs = new Breadcrumbs();
    private final Scalar one = Scalar.of(1f);
    private final Scalar wholeOne = Scalar.of(1);
    private final boolean hasWeightQuantV3 = Acl.has("aclnnWeightQuantBatchMatmulV3");
    private final ActivationOps activations;
    private final RotaryOps rotary;
    private Scratch scratch;

    /** @param stream gets all calls; closing this leaves it open */
    public Ops(Stream stream) {
        this.call = new OpCall(stream);
        this.activations = new ActivationOps(this);
        this.rotary = new RotaryOps(this);
    }

    /** Gives the next pass memory for what lies between operators; it stays the arena's. */
    public void lend(TensorArena arena) {
        scratch = new Scratch(arena);
    }

    /** What {@link #lend} gave. */
    public Scratch scratch() {
        if (scratch == null) {
            throw new IllegalStateException("a pass lends memory before it runs operators");
        }
        return scratch;
    }

    /** As {@link OpCall#launch}; the tensors are remembered for messages. */
    void launch(String operator, Tensor input, Tensor output, int status, OpCall.SecondPhase secondPhase) {
        if (!call.rehearsing()) {
            crumbs.add(operator, input, output);
        }
        call.launch(operator, status, secondPhase);
    }

    /** Functions of single elements, and their gated forms. */
    public ActivationOps activations() {
        return activations;
    }

    /** Rotary position embeddings. */
    public RotaryOps rotary() {
        return rotary;
    }

    /** out (T, H) = rows {@code ids} (T) of weight (V, H). */
    public void embedding(Tensor weight, Tensor ids, Tensor out) {
        launch(
                "aclnnEmbedding",
                weight,
                out,
                AclNative.aclnnEmbeddingGetWorkspaceSize(
                        weight.handle(), ids.handle(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnEmbedding);
    }

    /** out = entries {@code index} of self along its first dimension; the index may have any shape. */
    public void gather(Tensor self, Tensor index, Tensor out) {
        launch(
                "aclnnGatherV2",
                self,
                out,
                AclNative.aclnnGatherV2GetWorkspaceSize(
                        self.handle(), 0, index.handle(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnGatherV2);
    }

    /** y (T, H) = (x − mean(x)) / √(variance(x) + epsilon) · gamma (H) + beta (H). */
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y) {
        try (IntArray normalized = IntArray.of(x.shape()[x.shape().length - 1])) {
            launch(
                    "aclnnLayerNorm",
                    x,
                    y,
                    AclNative.aclnnLayerNormGetWorkspaceSize(
                            x.handle(),
                            normalized.handle(),
                            gamma.handle(),
                            beta.handle(),
                            epsilon,
                            y.handle(),
                            0,
                            0,
                            call.workspaceSize,
                            call.executor),
                    AclNative::aclnnLayerNorm);
        }
    }

    /** out (T, N) = columns {@code index} (N) of self (T, K). */
    public void gatherColumns(Tensor self, Tensor index, Tensor out) {
        launch(
                "aclnnGatherV2",
                self,
                out,
                AclNative.aclnnGatherV2GetWorkspaceSize(
                        self.handle(), 1, index.handle(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnGatherV2);
    }

    /** y (T, H) = x / rms(x) · gamma (H); rstd (T, 1) is float32. */
    public void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd) {
        launch(
                "aclnnRmsNorm",
                x,
                y,
                AclNative.aclnnRmsNormGetWorkspaceSize(
                        x.handle(),
                        gamma.handle(),
                        epsilon,
                        y.handle(),
                        rstd.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnRmsNorm);
    }

    /** sum (T, H) = x1 + x2, y = sum / rms(sum) · gamma. */
    public void addRmsNorm(Tensor x1, Tensor x2, Tensor gamma, double epsilon, Tensor y, Tensor rstd, Tensor sum) {
        launch(
                "aclnnAddRmsNorm",
                x1,
                y,
                AclNative.aclnnAddRmsNormGetWorkspaceSize(
                        x1.handle(),
                        x2.handle(),
                        gamma.handle(),
                        epsilon,
                        y.handle(),
                        rstd.handle(),
                        sum.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnAddRmsNorm);
    }

    /** out (T, N) = x (T, K) · weight (K, N); the weight may be a transposed view. */
    public void matmul(Tensor x, Tensor weight, Tensor out) {
        launch(
                "aclnnMatmul",
                x,
                out,
                AclNative.aclnnMatmulGetWorkspaceSize(
                        x.handle(), weight.handle(), out.handle(), KEEP_DTYPE, call.workspaceSize, call.executor),
                AclNative::aclnnMatmul);
    }

    /** out (B, M, N) = a (B, M, K) · b (B, K, N). */
    public void batchMatmul(Tensor a, Tensor b, Tensor out) {
        launch(
                "aclnnBatchMatMul",
                a,
                out,
                AclNative.aclnnBatchMatMulGetWorkspaceSize(
                        a.handle(), b.handle(), out.handle(), KEEP_DTYPE, call.workspaceSize, call.executor),
                AclNative::aclnnBatchMatMul);
    }

    /**
     * out (T, N) = x (T, K) · ((weight (K, N) + offset) · scale), where scale and offset (K / groupSize, N) hold for
     * groups of K.
     *
     * @param offset null for symmetric weights
     * @param groupSize 0 for one scale a column
     * @param fast lets the operator multiply in int8
     */
    public void weightQuantMatmul(
            Tensor x, Tensor weight, Tensor scale, Tensor offset, int groupSize, boolean fast, Tensor out) {
        if (!hasWeightQuantV3) {
            weightQuantMatmulV2(x, weight, scale, offset, groupSize, out);
            return;
        }
        launch(
                "aclnnWeightQuantBatchMatmulV3",
                x,
                out,
                AclNative.aclnnWeightQuantBatchMatmulV3GetWorkspaceSize(
                        x.handle(),
                        weight.handle(),
                        scale.handle(),
                        offset == null ? 0 : offset.handle(),
                        0,
                        0,
                        0,
                        groupSize,
                        fast ? HIGH_PERFORMANCE : HIGH_PRECISION,
                        out.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnWeightQuantBatchMatmulV3);
    }

    /** What an older CANN has: without the choice of precision. */
    private void weightQuantMatmulV2(Tensor x, Tensor weight, Tensor scale, Tensor offset, int groupSize, Tensor out) {
        launch(
                "aclnnWeightQuantBatchMatmulV2",
                x,
                out,
                AclNative.aclnnWeightQuantBatchMatmulV2GetWorkspaceSize(
                        x.handle(),
                        weight.handle(),
                        scale.handle(),
                        offset == null ? 0 : offset.handle(),
                        0,
                        0,
                        0,
                        groupSize,
                        out.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnWeightQuantBatchMatmulV2);
    }

    /** Writes key and value (T, Nk, D) into slots (T) of caches (blocks, blockSize, Nk, D). */
    public void scatterKv(Tensor key, Tensor keyCache, Tensor slots, Tensor value, Tensor valueCache) {
        launch(
                "aclnnScatterPaKvCache",
                key,
                keyCache,
                AclNative.aclnnScatterPaKvCacheGetWorkspaceSize(
                        key.handle(),
                        keyCache.handle(),
                        slots.handle(),
                        value.handle(),
                        valueCache.handle(),
                        0,
                        0,
                        0,
                        (byte[]) null,
                        (byte[]) null,
                        0,
                        0,
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnScatterPaKvCache);
    }

    /** Overwrites rows {@code indices} (T, 1) of target (S, …) with updates (T, …). */
    public void scatterRows(Tensor target, Tensor indices, Tensor updates) {
        launch(
                "aclnnScatterNdUpdate",
                updates,
                target,
                AclNative.aclnnScatterNdUpdateGetWorkspaceSize(
                        target.handle(), indices.handle(), updates.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnScatterNdUpdate);
    }

    /** out = softmax of self along its last dimension. */
    public void softmax(Tensor self, Tensor out) {
        launch(
                "aclnnSoftmax",
                self,
                out,
                AclNative.aclnnSoftmaxGetWorkspaceSize(
                        self.handle(), -1, out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnSoftmax);
    }

    /** out (T) int32 = index of the greatest of each row of self (T, V), the first of equals. */
    public void argMax(Tensor self, Tensor out) {
        launch(
                "aclnnArgMax",
                self,
                out,
                AclNative.aclnnArgMaxGetWorkspaceSize(
                        self.handle(), -1, false, out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnArgMax);
    }

    /** out = self + other, broadcasting. */
    public void add(Tensor self, Tensor other, Tensor out) {
        launch(
                "aclnnAdd",
                self,
                out,
                AclNative.aclnnAddGetWorkspaceSize(
                        self.handle(), other.handle(), one.handle(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnAdd);
    }

    /** out = self + other, both int32 and of one shape. */
    public void addIntegers(Tensor self, Tensor other, Tensor out) {
        launch(
                "aclnnAdd",
                self,
                out,
                AclNative.aclnnAddGetWorkspaceSize(
                        self.handle(),
                        other.handle(),
                        wholeOne.handle(),
                        out.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnAdd);
    }

    /** out = self · other, broadcasting. */
    public void mul(Tensor self, Tensor other, Tensor out) {
        launch(
                "aclnnMul",
                self,
                out,
                AclNative.aclnnMulGetWorkspaceSize(
                        self.handle(), other.handle(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnMul);
    }

    /** out = self in out's type. */
    public void cast(Tensor self, DataType type, Tensor out) {
        launch(
                "aclnnCast",
                self,
                out,
                AclNative.aclnnCastGetWorkspaceSize(
                        self.handle(), type.id(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnCast);
    }

    /** target = source; both may be strided views, so this transposes and packs as well. */
    public void copy(Tensor target, Tensor source) {
        launch(
                "aclnnInplaceCopy",
                source,
                target,
                AclNative.aclnnInplaceCopyGetWorkspaceSize(
                        target.handle(), source.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnInplaceCopy);
    }

    /** Whether the installed CANN has an operator. */
    public boolean has(String operator) {
        return Acl.has(operator);
    }

    /** What was queued last. */
    public Breadcrumbs crumbs() {
        return crumbs;
    }

    /** The device that runs the operators. */
    public Device device() {
        return call.stream().device();
    }

    /** The stream that all calls go to. */
    public Stream stream() {
        return call.stream();
    }

    /** Runs {@code launches} without queueing an operator: what they would refuse is refused, what they need is made. */
    public void rehearse(Runnable launches) {
        call.rehearse(launches);
    }

    /** Keeps the operators' scratch memory where it is, for captured graphs. */
    public void keepWorkspace() {
        call.workspace().keep();
    }

    @Override
    public void close() {
        one.close();
        wholeOne.close();
        call.close();
    }

    OpCall call() {
        return call;
    }
}
