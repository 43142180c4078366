package org.ascend4j.internal.engine;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.EngineFailedException;
import org.ascend4j.error.UnavailableException;

/** The state of an engine and how it changes. Any thread may read and move it; the two end states are final. */
final class Lifecycle {
    private final CompletableFuture<AscendException> end = new CompletableFuture<>();
    private volatile EngineHealth health =
            new EngineHealth(EngineState.STARTING, "the model is being opened", Instant.now());

    EngineHealth health() {
        return health;
    }

    EngineState state() {
        return health.state();
    }

    /** Moves if the state is one of these; false if it is another. */
    synchronized boolean move(Set<EngineState> from, EngineState to, String reason) {
        if (!from.contains(state())) {
            return false;
        }
        health = new EngineHealth(to, reason, Instant.now());
        return true;
    }

    /** Ends as asked for; what had ended already keeps its state and cause. */
    AscendException stop(String reason) {
        return end(EngineState.STOPPED, new UnavailableException(reason));
    }

    /** Ends because of a failure; what had ended already keeps its state and cause. */
    AscendException fail(String what, Throwable cause) {
        return end(EngineState.FAILED, new EngineFailedException(what, cause));
    }

    private synchronized AscendException end(EngineState state, AscendException cause) {
        if (!end.isDone()) {
            health = new EngineHealth(state, cause.getMessage(), Instant.now());
            end.complete(cause);
        }
        return end.join();
    }

    /** Completes with what every later request is told. */
    CompletableFuture<AscendException> end() {
        return end;
    }

    /** What a request is told that comes now; null if the engine takes it. */
    AscendException refusal() {
        EngineHealth now = health;
        if (now.state() == EngineState.READY) {
            return null;
        }
        return now.state().over()
                ? end.join()
                : new UnavailableException("the engine takes no requests now: " + now.reason());
    }
}
