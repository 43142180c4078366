package org.ascend4j.internal.model;

import java.util.List;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.weight.GgufWeights;

/** The order of most families: an RMS norm before each half of a layer, whose result is added to the residual stream. */
final class PreNormDecoder implements Architecture {
    /** A layer's weights. */
    record Layer(Tensor attentionNorm, SelfAttention attention, Tensor mlpNorm, FeedForward mlp) {}

    private final ModelConfig config;
    private final GgufWeights.Tied table;
    private final List<Layer> layers;
    private final Tensor outputNorm;

    PreNormDecoder(ModelConfig config, GgufWeights.Tied table, List<Layer> layers, Tensor outputNorm) {
        this.config = config;
        this.table = table;
        this.layers = layers;
        this.outputNorm = outputNorm;
    }

    @Override
    public DeviceArray forward(Pass pass) {
        Ops ops = pass.ops();
        double epsilon = config.normEpsilon();
        long tokens = pass.inputs().tokens();
        LayerBuffers buffers = new LayerBuffers(pass, config);
        DeviceArray states = pass.array(tokens * config.hiddenSize());
        Tensor state = states.as(tokens, config.hiddenSize());
        // The operator that adds and normalises is not documented to take one tensor as input and sum.
        Tensor sum = pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
        Tensor x = pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
        Tensor delta = pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
        Tensor rstd = pass.floats(tokens).as(tokens, 1);

        table.embedding().apply(ops, pass.arena(), pass.step().tokenIds(), states);
        ops.rmsNorm(state, layers.get(0).attentionNorm(), epsilon, x, rstd);
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            layer.attention().apply(pass, buffers, x, delta);
            ops.addRmsNorm(state, delta, layer.mlpNorm(), epsilon, x, rstd, sum);
            layer.mlp().apply(pass, buffers, x, delta);
            Tensor next = index + 1 < layers.size() ? layers.get(index + 1).attentionNorm() : outputNorm;
            ops.addRmsNorm(sum, delta, next, epsilon, x, rstd, state);
        }
        return pass.project(x, table.head());
    }
}
