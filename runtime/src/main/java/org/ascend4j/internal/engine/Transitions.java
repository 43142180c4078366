package org.ascend4j.internal.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.weight.AdapterWeights;

/** Has the engine thread drain, sleep and wake, and waits until it has. For any thread but the engine's own. */
final class Transitions {
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final Set<EngineState> MAY_REST = Set.of(EngineState.READY, EngineState.SLEEPING);

    private final Lifecycle lifecycle;
    private final EngineThread work;

    Transitions(Lifecycle lifecycle, EngineThread work) {
        this.lifecycle = lifecycle;
        this.work = work;
    }

    /** @return whether all requests ended by themselves; false also if the engine could not be drained any more */
    boolean drain(Duration patience) {
        if (!lifecycle.move(MAY_REST, EngineState.DRAINING, "drained before it is closed")) {
            return false;
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        work.post(new Command.Drain(deadline(patience), done));
        try {
            return await(done);
        } catch (UnavailableException e) {
            return false;
        }
    }

    /** @return whether all requests ended by themselves */
    boolean sleep(SleepLevel level, Duration patience) {
        if (!lifecycle.move(MAY_REST, EngineState.DRAINING, "finishing its requests before it sleeps")) {
            throw lifecycle.refusal();
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        work.post(new Command.Sleep(level, deadline(patience), done));
        return await(done);
    }

    void wake() {
        if (lifecycle.move(Set.of(EngineState.SLEEPING), EngineState.STARTING, "waking up")) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            work.post(new Command.Wake(done));
            await(done);
        } else if (lifecycle.state() != EngineState.READY) {
            throw lifecycle.refusal();
        }
    }

    void loadAdapter(int id, AdapterWeights weights) {
        AscendException refusal = lifecycle.refusal();
        if (refusal != null) {
            throw refusal;
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        work.post(new Command.LoadAdapter(id, weights, done));
        await(done);
    }

    void unloadAdapter(int id) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        work.post(new Command.UnloadAdapter(id, done));
        await(done);
    }

    private static long deadline(Duration patience) {
        Duration bounded = patience.compareTo(FOREVER) > 0 ? FOREVER : patience;
        return System.nanoTime() + Math.max(0, bounded.toNanos());
    }

    /** Waits for the engine thread's answer, or for the end of the engine, after which there may be none. */
    private boolean await(CompletableFuture<Boolean> done) {
        try {
            CompletableFuture.anyOf(done, lifecycle.end()).get();
            if (done.isDone()) {
                return done.get();
            }
            throw lifecycle.end().join();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AscendException cause
                    ? cause
                    : new AscendException("the engine could not do it: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AscendException("interrupted while waiting for the engine", e);
        }
    }
}
