package org.ascend4j;

/** In which type keys and values of earlier tokens are kept. */
public enum KvCacheDtype {
    /** That of activations. */
    AUTO,
    /**
     * Signed bytes, with one scale for a token's keys and one for its values in each layer: about half the memory, so about
     * twice the tokens. Not with float32, sliding windows or capped scores.
     */
    INT8
}
