package org.ascend4j;

/** How much of a decode step the device repeats from a captured graph. */
public enum Graphs {
    /** As much as the device can. */
    AUTO,
    /** The whole step, in one native call; opening fails on a device that cannot. */
    FULL,
    /** What lies between attentions. */
    PIECEWISE,
    /** Nothing: every operator is queued by itself. */
    EAGER
}
