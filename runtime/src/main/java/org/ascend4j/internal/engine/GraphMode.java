package org.ascend4j.internal.engine;

import org.ascend4j.internal.model.GraphLevel;

/** How the device gets a step's work. */
public enum GraphMode {
    /** {@link #FULL} where the device captures a whole decode step, else the next below that it can do. */
    AUTO,
    /** One captured graph for a whole decode step; a device that cannot is an error when the engine opens. */
    FULL,
    /** Captured graphs for what lies between attention operators. */
    PIECEWISE,
    /** One call after another, for every step. */
    EAGER;

    /** The most that is asked of the device. */
    GraphLevel level() {
        return switch (this) {
            case AUTO, FULL -> GraphLevel.FULL;
            case PIECEWISE -> GraphLevel.PIECEWISE;
            case EAGER -> GraphLevel.EAGER;
        };
    }
}
