package org.ascend4j.internal.model;

import org.ascend4j.internal.weight.GgufWeights;

/** Names the weights that an encoder needs. */
@FunctionalInterface
interface EncoderFactory {
    EncoderArchitecture create(ModelConfig config, GgufWeights weights);
}
