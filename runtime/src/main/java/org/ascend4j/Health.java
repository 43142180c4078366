package org.ascend4j;

import java.time.Instant;
import org.ascend4j.internal.engine.EngineHealth;

/**
 * What an open model is about.
 *
 * @param state the state
 * @param reason why it is in this state, for people
 * @param since when the state began, by the wall clock
 */
public record Health(State state, String reason, Instant since) {
    /** What follows: STARTING, READY, then DRAINING and SLEEPING by turns, in the end STOPPED or FAILED. */
    public enum State {
        /** The model is being put on the device, for the first time or after sleep. */
        STARTING,
        /** Requests are taken and answered. */
        READY,
        /** No new requests; those that are in are finished first. */
        DRAINING,
        /** Device memory is given up until the model is woken. */
        SLEEPING,
        /** Closed, as asked for. */
        STOPPED,
        /** It cannot go on; close it and open the model anew. */
        FAILED
    }

    static Health of(EngineHealth health) {
        return new Health(State.valueOf(health.state().name()), health.reason(), health.since());
    }

    /** Whether a request that comes now is taken. */
    public boolean ready() {
        return state == State.READY;
    }
}
