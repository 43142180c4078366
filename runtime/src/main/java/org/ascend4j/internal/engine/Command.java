package org.ascend4j.internal.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What other threads ask of the engine thread. */
sealed interface Command {
    /** Answers to one prompt. */
    record Submit(List<LiveRequest> samples) implements Command {}

    record Cancel(long id) implements Command {}

    /** Finishes what is in, then ends. */
    record Drain(long deadlineNanos, CompletableFuture<Boolean> done) implements Command {}

    /** Finishes what is in, then gives up memory. */
    record Sleep(SleepLevel level, long deadlineNanos, CompletableFuture<Boolean> done) implements Command {}

    record Wake(CompletableFuture<Boolean> done) implements Command {}

    /** Ends at once. */
    record Close() implements Command {}
}
