package org.ascend4j;

/** How products of quantized weights are computed. */
public enum Precision {
    /** May multiply in int8 where the operator has that inner precision. */
    FAST,
    /** Products accumulated in float32. */
    EXACT
}
