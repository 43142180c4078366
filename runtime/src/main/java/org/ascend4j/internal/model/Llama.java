package org.ascend4j.internal.model;

import org.ascend4j.internal.model.GatedMlp.Activation;
import org.ascend4j.internal.weight.GgufWeights;

/**
 * Llama 2 and 3 and what is built like them (Mistral, whose files name a window; SmolLM2): grouped-query attention with
 * rotary positions and a gated SiLU MLP.
 */
final class Llama {
    private Llama() {}

    static Architecture create(ModelConfig config, GgufWeights weights) {
        LayerWeights layers = new LayerWeights(config, weights);
        return layers.decoder(layers::attention, layer -> layers.mlp(layer, Activation.SILU));
    }
}
