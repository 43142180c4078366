package org.ascend4j;

/** To what the weights of a checkpoint in 16 or 32 bits are rounded while it is loaded. Quantized ones stay as they are. */
public enum Quantization {
    /** They stay numbers. */
    NONE,
    /** Projections in signed bytes with a scale for each output; each token's activations in signed bytes as well. */
    W8A8,
    /** Projections in four bits, with a scale and an offset for each group of 64 weights; activations as they are. */
    W4A16
}
