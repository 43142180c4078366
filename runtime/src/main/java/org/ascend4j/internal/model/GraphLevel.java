package org.ascend4j.internal.model;

/** How much of a decode step the device repeats from a captured graph, best first. */
public enum GraphLevel {
    /** All of it, in one native call. */
    FULL,
    /** What lies between attentions; those are queued one by one. */
    PIECEWISE,
    /** Nothing: every operator is queued. */
    EAGER;

    /** The next level down; the last has none. */
    GraphLevel below() {
        return this == FULL ? PIECEWISE : EAGER;
    }
}
