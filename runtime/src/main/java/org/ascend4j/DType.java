package org.ascend4j;

/** The type of activations, and of weights that are not kept quantized. */
public enum DType {
    /** What fits the file: float16 for GGUF. */
    AUTO,
    /** Every weight dequantized, full precision: the mode to compare with other implementations. */
    FLOAT32,
    FLOAT16,
    BFLOAT16
}
