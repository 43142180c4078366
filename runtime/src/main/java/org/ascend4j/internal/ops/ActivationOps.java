package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.OpCall;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.generated.AclNative;

/** Functions of single elements, and their gated forms. As {@link Ops}, whose stream and thread they share. */
public final class ActivationOps {
    private static final long ERF_GELU = 0;
    private static final int TANH_GELU = 1;
    private static final boolean ACTIVATE_FIRST_HALF = true;

    private final Ops ops;
    private final OpCall call;

    ActivationOps(Ops ops) {
        this.ops = ops;
        this.call = ops.call();
    }

    /** out = x · Φ(x), by the error function. */
    public void gelu(Tensor x, Tensor out) {
        ops.launch(
                "aclnnGeluV2",
                x,
                out,
                AclNative.aclnnGeluV2GetWorkspaceSize(
                        x.handle(), ERF_GELU, out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnGeluV2);
    }

    /** out = tanh of self, element by element. */
    public void tanh(Tensor self, Tensor out) {
        call.launch(
                "aclnnTanh",
                AclNative.aclnnTanhGetWorkspaceSize(self.handle(), out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnTanh);
    }

    /** out (T, F) = silu(x[:, :F]) · x[:, F:] of x (T, 2F). */
    public void swiGlu(Tensor x, Tensor out) {
        ops.launch(
                "aclnnSwiGlu",
                x,
                out,
                AclNative.aclnnSwiGluGetWorkspaceSize(x.handle(), -1, out.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnSwiGlu);
    }

    /**
     * out (T, F) = gelu(x[:, :F]) · x[:, F:] of x (T, 2F), gelu in its tanh form.
     *
     * @param gelu (T, F), an output that the operator insists on
     */
    public void geGlu(Tensor x, Tensor gelu, Tensor out) {
        call.launch(
                "aclnnGeGluV3",
                AclNative.aclnnGeGluV3GetWorkspaceSize(
                        x.handle(),
                        -1,
                        TANH_GELU,
                        ACTIVATE_FIRST_HALF,
                        out.handle(),
                        gelu.handle(),
                        call.workspaceSize,
                        call.executor),
                AclNative::aclnnGeGluV3);
    }
}
