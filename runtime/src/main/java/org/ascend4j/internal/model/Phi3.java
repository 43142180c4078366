package org.ascend4j.internal.model;

import org.ascend4j.internal.model.GatedMlp.Activation;
import org.ascend4j.internal.weight.GgufWeights;

/** Phi 3 and Phi 4 mini: as Llama, with joined projections; some rotate a part of each head only, and by LongRoPE. */
final class Phi3 {
    private Phi3() {}

    static Architecture create(ModelConfig config, GgufWeights weights) {
        LayerWeights layers = new LayerWeights(config, weights);
        return layers.decoder(layers::joinedAttention, layer -> layers.joinedMlp(layer, Activation.SILU));
    }
}
