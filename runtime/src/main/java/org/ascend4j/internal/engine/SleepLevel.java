package org.ascend4j.internal.engine;

/** What a sleeping engine gives up. */
public enum SleepLevel {
    /** The KV cache; weights stay. */
    CACHE,
    /** All device memory; weights are read from their file again. */
    WEIGHTS
}
