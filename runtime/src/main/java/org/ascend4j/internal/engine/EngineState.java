package org.ascend4j.internal.engine;

/** What an engine is about. */
public enum EngineState {
    /** The model is being put on the device, for the first time or after sleep. */
    STARTING,
    /** Requests are taken and answered. */
    READY,
    /** No new requests; those that are in are finished first. */
    DRAINING,
    /** Device memory is given up until the engine is woken. */
    SLEEPING,
    /** Closed, as asked for. */
    STOPPED,
    /** It cannot go on. */
    FAILED;

    /** Whether nothing follows. */
    boolean over() {
        return this == STOPPED || this == FAILED;
    }
}
