package org.ascend4j.internal.model;

import java.util.List;

/**
 * How steps have run since the model was opened.
 *
 * @param level what decode steps are tried with now
 * @param full steps that replayed one graph
 * @param piecewise steps that replayed pieces
 * @param eager all others, prefills among them
 * @param captured batch sizes that graphs exist for, in ascending order
 * @param fallback why the level is lower than asked for; empty if it is not
 */
public record GraphStats(
        GraphLevel level, long full, long piecewise, long eager, List<Integer> captured, String fallback) {
    static final GraphStats NONE = new GraphStats(GraphLevel.EAGER, 0, 0, 0, List.of(), "");
}
