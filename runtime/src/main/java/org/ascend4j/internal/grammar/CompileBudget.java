package org.ascend4j.internal.grammar;

import java.util.concurrent.TimeUnit;
import org.ascend4j.error.InvalidRequestException;

/** Counts what one compilation spends, and builds its errors. One thread. */
final class CompileBudget {
    private final String field;
    private final GrammarLimits limits;
    private final long deadline;
    private long states;
    private int sinceClock;

    CompileBudget(String field, GrammarLimits limits) {
        this.field = field;
        this.limits = limits;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.compileMillis());
    }

    GrammarLimits limits() {
        return limits;
    }

    /** Counts states or edges that will be kept. */
    void spend(long count) {
        states += count;
        if (!(states <= limits.maxStates())) {
            throw error("needs more than " + limits.maxStates()
                    + " automaton states; use fewer or smaller repetitions, alternatives or properties");
        }
        tick();
    }

    /** Counts a unit of work; cheap enough for inner loops. */
    void tick() {
        if (++sinceClock >= 256) {
            sinceClock = 0;
            if (Thread.currentThread().isInterrupted()) {
                throw error("compilation was interrupted");
            }
            if (System.nanoTime() - deadline > 0) {
                throw error("compilation took longer than " + limits.compileMillis() + " ms; simplify it");
            }
        }
    }

    InvalidRequestException error(String message) {
        return new InvalidRequestException(field, message);
    }
}
