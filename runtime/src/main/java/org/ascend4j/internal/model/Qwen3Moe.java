package org.ascend4j.internal.model;

import static org.ascend4j.internal.model.ModelConfig.within;

import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.weight.GgufWeights;

/** Qwen 3 with experts instead of one MLP a layer. */
final class Qwen3Moe {
    private static final String PREFIX = "qwen3moe.";
    private static final int MOST_EXPERTS = 1024;

    private Qwen3Moe() {}

    /** What builds a model of the numbers of experts that the file names. */
    static ArchitectureFactory factory(Checkpoint file) {
        int count = within(file, PREFIX + "expert_count", 1, MOST_EXPERTS);
        int chosen = within(file, PREFIX + "expert_used_count", 1, count);
        boolean normalized = file.metadata().bool(PREFIX + "expert_weights_norm", true);
        int size = within(file, PREFIX + "expert_feed_forward_length", 1, 1 << 22);
        return (config, weights) -> {
            LayerWeights layers = new LayerWeights(config, weights);
            return layers.decoder(
                    layers::normedAttention, layer -> mlp(config, weights, layer, count, chosen, normalized, size));
        };
    }

    private static ExpertMlp mlp(
            ModelConfig config, GgufWeights weights, int layer, int count, int chosen, boolean normalized, int size) {
        String prefix = "blk." + layer + ".";
        int hidden = config.hiddenSize();
        return new ExpertMlp(
                weights.linear(prefix + "ffn_gate_inp.weight", hidden, count),
                weights.experts(hidden, size, count, prefix + "ffn_gate_exps.weight", prefix + "ffn_up_exps.weight"),
                weights.experts(size, hidden, count, prefix + "ffn_down_exps.weight"),
                chosen,
                normalized);
    }
}
