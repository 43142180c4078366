package org.ascend4j;

/** What a sleeping model gives up. */
public enum Sleep {
    /** The KV cache; weights stay where they are, so that waking takes no time. */
    CACHE,
    /** All device memory; waking reads the weights from their file again. */
    WEIGHTS
}
