package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.CText;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.OpCall;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.generated.AclNative;

/** Operators of products in signed bytes. As {@link Ops}, whose stream and thread they share. */
public final class QuantOps {
    private static final byte[] TO_NEAREST = CText.of("round");

    private final Ops ops;
    private final OpCall call;

    public QuantOps(Ops ops) {
        this.ops = ops;
        this.call = ops.call();
    }

    /** y (T, K) int8 = x / scale, where each row's greatest becomes 127; scale (T) float32. */
    public void quantizeRows(Tensor x, Tensor y, Tensor scale) {
        ops.launch(
                "aclnnDynamicQuant",
                x,
                y,
                AclNative.aclnnDynamicQuantGetWorkspaceSize(
                        x.handle(), 0, y.handle(), scale.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnDynamicQuant);
    }

    /** y (T, K) int8 = x · factor + offset to the nearest; factor and offset (K) as x. */
    public void quantize(Tensor x, Tensor factor, Tensor offset, Tensor y) {
        ops.launch(
                "aclnnAscendQuant",
                x,
                y,
                AclNative.aclnnAscendQuantGetWorkspaceSize(
                        x.handle(),
                        factor.handle(),
                        offset.handle(),
                        false, // sqrtMode
                        TO_NEAREST,
                        DataType.INT8.id(),
                        y.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnAscendQuant);
    }

    /**
     * out (T, N) = (x (T, K) · weightᵀ + bias) · scale · rowScale, with sums of integers that are exact.
     *
     * @param weight (N, K) int8
     * @param scale (N): float32, or for half-precision output without row scales what {@link #productScale} makes
     * @param bias (N) int32; null for none
     * @param rowScale (T) float32; null for none
     */
    public void multiply(Tensor x, Tensor weight, Tensor scale, Tensor bias, Tensor rowScale, Tensor out) {
        ops.launch(
                "aclnnQuantMatmulV4",
                x,
                out,
                AclNative.aclnnQuantMatmulV4GetWorkspaceSize(
                        x.handle(),
                        weight.handle(),
                        scale.handle(),
                        0, // offset
                        rowScale == null ? 0 : rowScale.handle(),
                        bias == null ? 0 : bias.handle(),
                        false,
                        true, // weight as files have it
                        out.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnQuantMatmulV4);
    }

    /** A scale of products as TransQuantParamV2 writes it: the upper 19 bits of the float32, and a mark. */
    public static long productScale(float scale) {
        return 1L << 46 | Float.floatToRawIntBits(scale) & 0xFFFFE000L;
    }
}
