package org.ascend4j.internal.model;

import org.ascend4j.internal.weight.GgufWeights;

/** Names the weights that an architecture needs. */
@FunctionalInterface
public interface ArchitectureFactory {
    Architecture create(ModelConfig config, GgufWeights weights);
}
