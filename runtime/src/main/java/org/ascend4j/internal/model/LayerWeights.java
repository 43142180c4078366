package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.weight.GgufWeights;
import org.ascend4j.internal.weight.Linear;

/** The weights that families have in common, by the names that files give them. */
final class LayerWeights {
    private final ModelConfig config;
    private final GgufWeights weights;

    LayerWeights(ModelConfig config, GgufWeights weights) {
        this.config = config;
        this.weights = weights;
    }

    /** A decoder of the usual order. */
    PreNormDecoder decoder(IntFunction<SelfAttention> attention, IntFunction<FeedForward> mlp) {
        List<PreNormDecoder.Layer> layers = new ArrayList<>();
        GgufWeights.Tied table = table();
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(new PreNormDecoder.Layer(
                    norm(layer, "attn_norm", config.hiddenSize()),
                    attention.apply(layer),
                    norm(layer, "ffn_norm", config.hiddenSize()),
                    mlp.apply(layer)));
        }
        return new PreNormDecoder(config, table, layers, weights.vector("output_norm.weight", config.hiddenSize()));
    }

    /** The embedding and a head, which is the same table if the file has no other. */
    private GgufWeights.Tied table() {
        int hidden = config.hiddenSize();
        int vocabulary = config.vocabularySize();
        return weights.has("output.weight")
                ? new GgufWeights.Tied(
                        weights.embedding("token_embd.weight", hidden, vocabulary),
                        weights.head("output.weight", hidden, vocabulary))
                : weights.tied("token_embd.weight", hidden, vocabulary);
    }

    /** Attention without biases and norms of heads. */
    SelfAttention attention(int layer) {
        return attention(layer, projections(layer), null, null);
    }

    /** Queries, keys and values have biases. */
    SelfAttention biasedAttention(int layer) {
        List<Linear> plain = projections(layer);
        List<Linear> biased = List.of(
                biased(layer, "attn_q", plain.get(0)),
                biased(layer, "attn_k", plain.get(1)),
                biased(layer, "attn_v", plain.get(2)));
        return attention(layer, biased, null, null);
    }

    /** Query and key heads are normalised. */
    SelfAttention normedAttention(int layer) {
        return attention(
                layer,
                projections(layer),
                norm(layer, "attn_q_norm", config.headSize()),
                norm(layer, "attn_k_norm", config.headSize()));
    }

    /** Queries, keys and values come out of one matrix. */
    SelfAttention joinedAttention(int layer) {
        List<Linear> slices = weights.slices(
                name(layer, "attn_qkv"), config.hiddenSize(), config.querySize(), config.kvSize(), config.kvSize());
        return attention(layer, slices, null, null);
    }

    private SelfAttention attention(int layer, List<Linear> qkv, Tensor qNorm, Tensor kNorm) {
        Linear output = weights.linear(name(layer, "attn_output"), config.querySize(), config.hiddenSize());
        return new SelfAttention(config, layer, qkv.get(0), qkv.get(1), qkv.get(2), qNorm, kNorm, output);
    }

    private List<Linear> projections(int layer) {
        int hidden = config.hiddenSize();
        return List.of(
                weights.linear(name(layer, "attn_q"), hidden, config.querySize()),
                weights.linear(name(layer, "attn_k"), hidden, config.kvSize()),
                weights.linear(name(layer, "attn_v"), hidden, config.kvSize()));
    }

    private Linear biased(int layer, String name, Linear linear) {
        return weights.biased(linear, "blk." + layer + "." + name);
    }

    /** A gated MLP whose gate and up projections are matrices of their own. */
    GatedMlp mlp(int layer, GatedMlp.Activation activation) {
        int size = config.feedForwardSize();
        Linear gateUp = weights.linear(
                config.hiddenSize(), new int[] {size, size}, name(layer, "ffn_gate"), name(layer, "ffn_up"));
        return new GatedMlp(layer, gateUp, down(layer), activation);
    }

    /** A gated MLP with one matrix for both, the gate first. */
    GatedMlp joinedMlp(int layer, GatedMlp.Activation activation) {
        Linear gateUp = weights.linear(name(layer, "ffn_up"), config.hiddenSize(), 2 * config.feedForwardSize());
        return new GatedMlp(layer, gateUp, down(layer), activation);
    }

    private Linear down(int layer) {
        return weights.linear(name(layer, "ffn_down"), config.feedForwardSize(), config.hiddenSize());
    }

    /** A norm's weights. */
    Tensor norm(int layer, String name, int size) {
        return weights.vector(name(layer, name), size);
    }

    /** As {@link #norm(int, String, int)}, each number multiplied. */
    Tensor norm(int layer, String name, int size, float factor) {
        return weights.vector(name(layer, name), size, factor);
    }

    private static String name(int layer, String tensor) {
        return "blk." + layer + "." + tensor + ".weight";
    }
}
