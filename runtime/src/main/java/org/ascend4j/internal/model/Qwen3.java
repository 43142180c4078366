package org.ascend4j.internal.model;

import org.ascend4j.internal.model.GatedMlp.Activation;
import org.ascend4j.internal.weight.GgufWeights;

/** Qwen 3: as Llama, with RMS norms over each query and key head before they are rotated. */
final class Qwen3 {
    private Qwen3() {}

    static Architecture create(ModelConfig config, GgufWeights weights) {
        LayerWeights layers = new LayerWeights(config, weights);
        return layers.decoder(layers::normedAttention, layer -> layers.mlp(layer, Activation.SILU));
    }
}
