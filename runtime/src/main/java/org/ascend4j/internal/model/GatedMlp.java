package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.weight.Linear;

/**
 * A gated feed-forward layer: down(activation(gate(x)) · up(x)).
 *
 * @param layer its number
 * @param gateUp both projections in one, (H, 2F)
 */
record GatedMlp(int layer, Linear gateUp, Linear down, Activation activation) implements FeedForward {
    enum Activation {
        SILU,
        /** In its tanh form. */
        GELU
    }

    @Override
    public void apply(Pass pass, LayerBuffers buffers, Tensor x, Tensor out) {
        gateUp.apply(pass.ops(), x, buffers.gateUp);
        pass.adapt(layer, Projection.GATE_UP, x, buffers.gateUp);
        switch (activation) {
            case SILU -> pass.ops().activations().swiGlu(buffers.gateUp, buffers.activated);
            case GELU -> pass.ops().activations().geGlu(buffers.gateUp, buffers.gate, buffers.activated);
        }
        down.apply(pass.ops(), buffers.activated, out);
        pass.adapt(layer, Projection.DOWN, buffers.activated, out);
    }
}
