package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.weight.GgufWeights;
import org.ascend4j.internal.weight.Head;
import org.ascend4j.internal.weight.Linear;
import org.ascend4j.internal.weight.TokenEmbedding;

/** The Llama architecture: pre-norm blocks of grouped-query attention with rotary positions and a gated SiLU MLP. */
final class Llama implements Architecture {
    private record Layer(
            Tensor attentionNorm,
            Linear q,
            Linear k,
            Linear v,
            Linear output,
            Tensor mlpNorm,
            Linear gateUp,
            Linear down) {}

    private final ModelConfig config;
    private final List<Layer> layers = new ArrayList<>();
    private final TokenEmbedding embedding;
    private final Tensor outputNorm;
    private final Head head;

    Llama(ModelConfig config, GgufWeights weights) {
        this.config = config;
        int hidden = config.hiddenSize();
        int vocabulary = config.vocabularySize();
        if (weights.has("output.weight")) {
            embedding = weights.embedding("token_embd.weight", hidden, vocabulary);
            head = weights.head("output.weight", hidden, vocabulary);
        } else {
            GgufWeights.Tied tied = weights.tied("token_embd.weight", hidden, vocabulary);
            embedding = tied.embedding();
            head = tied.head();
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(weights, "blk." + layer + "."));
        }
        outputNorm = weights.vector("output_norm.weight", hidden);
    }

    private Layer layer(GgufWeights weights, String prefix) {
        int hidden = config.hiddenSize();
        int mlp = config.feedForwardSize();
        return new Layer(
                weights.vector(prefix + "attn_norm.weight", hidden),
                weights.linear(prefix + "attn_q.weight", hidden, config.querySize()),
                weights.linear(prefix + "attn_k.weight", hidden, config.kvSize()),
                weights.linear(prefix + "attn_v.weight", hidden, config.kvSize()),
                weights.linear(prefix + "attn_output.weight", config.querySize(), hidden),
                weights.vector(prefix + "ffn_norm.weight", hidden),
                weights.linear(hidden, new int[] {mlp, mlp}, prefix + "ffn_gate.weight", prefix + "ffn_up.weight"),
                weights.linear(prefix + "ffn_down.weight", mlp, hidden));
    }

    @Override
    public DeviceArray forward(Pass pass) {
        Ops ops = pass.ops();
        StepInputs inputs = pass.inputs();
        StepTensors step = pass.step();
        double epsilon = config.normEpsilon();
        long tokens = inputs.tokens();
        DeviceArray states = pass.array(tokens * config.hiddenSize());
        Tensor state = states.as(tokens, config.hiddenSize());
        // The operator that adds and normalises is not documented to take one tensor as input and sum.
        Tensor sum = pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
        Tensor x = pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
        Tensor delta = pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
        Tensor rstd = pass.floats(tokens).as(tokens, 1);
        DeviceArray q = pass.array(tokens * config.querySize());
        DeviceArray k = pass.array(tokens * config.kvSize());
        DeviceArray v = pass.array(tokens * config.kvSize());
        DeviceArray rotatedQ = pass.array(tokens * config.querySize());
        DeviceArray rotatedK = pass.array(tokens * config.kvSize());
        DeviceArray attended = pass.array(tokens * config.querySize());
        Tensor gateUp = pass.array(2 * tokens * config.feedForwardSize()).as(tokens, 2L * config.feedForwardSize());
        Tensor activated = pass.array(tokens * config.feedForwardSize()).as(tokens, config.feedForwardSize());

        embedding.apply(ops, pass.arena(), step.tokenIds(), states);
        ops.rmsNorm(state, layers.get(0).attentionNorm(), epsilon, x, rstd);
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            layer.q().apply(ops, x, q.as(tokens, config.querySize()));
            layer.k().apply(ops, x, k.as(tokens, config.kvSize()));
            layer.v().apply(ops, x, v.as(tokens, config.kvSize()));
            pass.rotary().rotate(index, step.positions(), q, k, rotatedQ, rotatedK);
            pass.attention().attend(index, inputs, step, rotatedQ, rotatedK, v, attended);
            layer.output().apply(ops, attended.as(tokens, config.querySize()), delta);
            ops.addRmsNorm(state, delta, layer.mlpNorm(), epsilon, x, rstd, sum);
            layer.gateUp().apply(ops, x, gateUp);
            ops.swiGlu(gateUp, activated);
            layer.down().apply(ops, activated, delta);
            Tensor nextNorm = index + 1 < layers.size() ? layers.get(index + 1).attentionNorm() : outputNorm;
            ops.addRmsNorm(sum, delta, nextNorm, epsilon, x, rstd, state);
        }
        return pass.project(x, head);
    }
}
