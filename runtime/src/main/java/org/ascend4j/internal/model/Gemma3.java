package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.weight.GgufWeights;

/**
 * The text part of Gemma 3: scaled embeddings, norms before and after each half of a layer, normalised query and key
 * heads, a GELU-gated MLP, a tied head. Five layers of six see a window only and rotate with a base of their own. The
 * norms' weights are stored with their "1 +" already added.
 */
final class Gemma3 implements Architecture {
    private static final String PREFIX = "gemma3.";
    private static final String LOCAL_KEY = PREFIX + "rope.local.freq_base";
    private static final float LOCAL_BASE = 10_000;
    private static final int PERIOD = 6;

    /** The greatest of the family scales by hidden size over heads, which llama.cpp's files do not say. */
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
    private final SoftCap logitCap;

    /** Which layers see all, and how each kind rotates. */
    static ModelConfig configure(ModelConfig config, Checkpoint file) {
        AttentionConfig given = config.attention();
        Rope global = given.rope(0);
        String key = file.metadata().has(LOCAL_KEY) ? LOCAL_KEY : PREFIX + "rope.freq_base_swa";
        Rope local = Rope.of(global.halves(), global.dim(), RopeReader.base(file, key, LOCAL_BASE));
        int[] windows = WindowReader.read(file, config, PERIOD);
        int[] ropes = IntStream.of(windows)
                .map(window -> window == AttentionConfig.ALL_KEYS ? 0 : 1)
                .toArray();
        boolean greatest = config.layers() == LAYERS_OF_27B && !file.metadata().has(PREFIX + "attention.scale");
        double scale = greatest ? 1 / Math.sqrt((double) config.hiddenSize() / config.heads()) : given.scale();
        return config.withAttention(
                new AttentionConfig(List.of(global, local), ropes, windows, scale, given.softCap()));
    }

    Gemma3(ModelConfig config, GgufWeights weights) {
        this.config = config;
        int hidden = config.hiddenSize();
        table = weights.tied("token_embd.weight", hidden, config.vocabularySize());
        range = weights.type() == DataType.FLOAT16 ? HALF_RANGE : 1;
        embeddingScale = weights.constant((float) Math.sqrt(hidden) * range);
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(new LayerWeights(config, weights), layer));
        }
        outputNorm = weights.vector("output_norm.weight", hidden);
        float cap = config.logitCap();
        logitCap = cap == 0 ? null : new SoftCap(weights.constant(cap), weights.constant(1 / cap));
    }

    private Layer layer(LayerWeights weights, int index) {
        int hidden = config.hiddenSize();
        return new Layer(
                weights.norm(index, "attn_norm", hidden),
                weights.normedAttention(index),
                weights.norm(index, "post_attention_norm", hidden, range),
                weights.norm(index, "ffn_norm", hidden),
                weights.mlp(index, GatedMlp.Activation.GELU),
                weights.norm(index, "post_ffw_norm", hidden, range));
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
        DeviceArray logits = pass.project(x, table.head());
        if (logits != null && logitCap != null) {
            logitCap.apply(ops, logits.as(pass.inputs().sampleRows().length, config.vocabularySize()));
        }
        return logits;
    }

    private Tensor states(Pass pass) {
        long tokens = pass.inputs().tokens();
        return pass.array(tokens * config.hiddenSize()).as(tokens, config.hiddenSize());
    }
}
