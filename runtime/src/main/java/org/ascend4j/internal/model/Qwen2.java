package org.ascend4j.internal.model;

import org.ascend4j.internal.model.GatedMlp.Activation;
import org.ascend4j.internal.weight.GgufWeights;

/** Qwen 2 and 2.5: as Llama, with biases on queries, keys and values. */
final class Qwen2 {
    private Qwen2() {}

    static Architecture create(ModelConfig config, GgufWeights weights) {
        LayerWeights layers = new LayerWeights(config, weights);
        return layers.decoder(layers::biasedAttention, layer -> layers.mlp(layer, Activation.SILU));
    }
}
