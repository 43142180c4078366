package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.weight.GgufWeights;
import org.ascend4j.internal.weight.Linear;

/**
 * The text part of Gemma 3: scaled embeddings, norms before and after each half of a layer, normalised query and key
 * heads, a GELU-gated MLP, a tied head. Five layers of six see a window only and rotate with a base of their own. The
 * norms' weights are stored with their "1 +" already added.
 */
final class Gemma3 implements Architecture {
    private static final String PREFIX = "gemma3.";
    private static final float LOCAL_BASE = 10_000;
    private static final int PATTERN = 6;

    /** The greatest of the family scales by hidden size over heads instead of the head size. */
    private static final int LAYERS_OF_27B = 62;

    /**
     * The residual stream of this family grows beyond half precision (10⁵ in the smallest model). In float16 it is kept
     * times this power of two, which changes no rounding: embeddings and the norms that add to the stream carry the
     * factor, the norms that read it cancel it but for their epsilon.
     */
    private static final float HALF_RANGE = 0x1p-8f;

    private record Layer(
            Tensor attentionNorm,
            SelfAttention attention,
            Tensor afterAttention,
            Tensor mlpNorm,
            GatedMlp mlp,
            Tensor afterMlp) {}

    private final ModelConfig config;
    private final List<Layer> layers = new ArrayList<>();
    private final GgufWeights.Tied table;
    private final Tensor embeddingScale;
    private final float range;
    private final Tensor outputNorm;

    /** Which layers see all, and how each kind rotates. */
    static ModelConfig configure(ModelConfig config, Checkpoint file) {
        GgufMetadata metadata = file.metadata();
        Rope global = config.attention().rope(0);
        Rope local = Rope.of(
                global.halves(), global.dim(), RopeReader.base(file, PREFIX + "rope.freq_base_swa", LOCAL_BASE));
        int pattern = metadata.u32(PREFIX + "attention.sliding_window_pattern", PATTERN);
        int window = ModelConfig.within(file, PREFIX + "attention.sliding_window", 1, 1 << 30);
        ModelConfig.require(file, pattern >= 1, PREFIX + "attention.sliding_window_pattern", pattern, "1 or more");
        int[] ropes = new int[config.layers()];
        int[] windows = new int[config.layers()];
        for (int layer = 0; layer < config.layers(); layer++) {
            boolean seesAll = (layer + 1) % pattern == 0;
            ropes[layer] = seesAll ? 0 : 1;
            windows[layer] = seesAll ? AttentionConfig.ALL_KEYS : window;
        }
        int scaled = config.layers() == LAYERS_OF_27B ? config.hiddenSize() / config.heads() : config.headSize();
        return config.withAttention(new AttentionConfig(List.of(global, local), ropes, windows, 1 / Math.sqrt(scaled)));
    }

    Gemma3(ModelConfig config, GgufWeights weights) {
        this.config = config;
        int hidden = config.hiddenSize();
        table = weights.tied("token_embd.weight", hidden, config.vocabularySize());
        range = weights.type() == DataType.FLOAT16 ? HALF_RANGE : 1;
        embeddingScale = weights.constant((float) Math.sqrt(hidden) * range);
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(weights, layer, "blk." + layer + "."));
        }
        outputNorm = weights.vector("output_norm.weight", hidden);
    }

    private Layer layer(GgufWeights weights, int index, String prefix) {
        int hidden = config.hiddenSize();
        int mlp = config.feedForwardSize();
        SelfAttention attention = new SelfAttention(
                config,
                index,
                weights.linear(prefix + "attn_q.weight", hidden, config.querySize()),
                weights.linear(prefix + "attn_k.weight", hidden, config.kvSize()),
                weights.linear(prefix + "attn_v.weight", hidden, config.kvSize()),
                weights.vector(prefix + "attn_q_norm.weight", config.headSize()),
                weights.vector(prefix + "attn_k_norm.weight", config.headSize()),
                weights.linear(prefix + "attn_output.weight", config.querySize(), hidden));
        Linear gateUp =
                weights.linear(hidden, new int[] {mlp, mlp}, prefix + "ffn_gate.weight", prefix + "ffn_up.weight");
        return new Layer(
                weights.vector(prefix + "attn_norm.weight", hidden),
                attention,
                weights.vector(prefix + "post_attention_norm.weight", hidden, range),
                weights.vector(prefix + "ffn_norm.weight", hidden),
                new GatedMlp(gateUp, weights.linear(prefix + "ffn_down.weight", mlp, hidden), GatedMlp.Activation.GELU),
                weights.vector(prefix + "post_ffw_norm.weight", hidden, range));
    }

    @Override
    public DeviceArray forward(Pass pass) {
        Ops ops = pass.ops();
        double epsilon = config.normEpsilon();
        double stateEpsilon = epsilon * range * range;
        long tokens = pass.inputs().tokens();
        LayerBuffers buffers = new LayerBuffers(pass, config);
        DeviceArray looked = pass.array(tokens * config.hiddenSize());
        Tensor state = states(pass);
        Tensor sum = states(pass);
        Tensor x = states(pass);
        Tensor delta = states(pass);
        Tensor normed = states(pass);
        Tensor rstd = pass.floats(tokens).as(tokens, 1);

        table.embedding().apply(ops, pass.arena(), pass.step().tokenIds(), looked);
        ops.mul(looked.as(tokens, config.hiddenSize()), embeddingScale, state);
        ops.rmsNorm(state, layers.get(0).attentionNorm(), stateEpsilon, x, rstd);
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            layer.attention().apply(pass, buffers, x, delta);
            ops.rmsNorm(delta, layer.afterAttention(), epsilon, normed, rstd);
            ops.addRmsNorm(state, normed, layer.mlpNorm(), stateEpsilon, x, rstd, sum);
            layer.mlp().apply(pass, buffers, x, delta);
            ops.rmsNorm(delta, layer.afterMlp(), epsilon, normed, rstd);
            Tensor next = index + 1 < layers.size() ? layers.get(index + 1).attentionNorm() : outputNorm;
            ops.addRmsNorm(sum, normed, next, stateEpsilon, x, rstd, state);
        }
        return pass.project(x, table.head());
    }

    private Tensor states(Pass pass) {
        long tokens = pass.inputs().tokens();
        return pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
    }
}
