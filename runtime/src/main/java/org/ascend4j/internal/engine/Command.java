package org.ascend4j.internal.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.weight.AdapterWeights;

/** What other threads ask of the engine thread. */
sealed interface Command {
    /** Answers to one prompt. */
    record Submit(List<LiveRequest> samples) implements Command {}

    record End(long id, FinishReason reason) implements Command {}

    /** Finishes what is in, then ends. */
    record Drain(long deadlineNanos, CompletableFuture<Boolean> done) implements Command {}

    /** Finishes what is in, then gives up memory. */
    record Sleep(SleepLevel level, long deadlineNanos, CompletableFuture<Boolean> done) implements Command {}

    record Wake(CompletableFuture<Boolean> done) implements Command {}

    /** Puts an adapter on the device. */
    record LoadAdapter(int id, AdapterWeights weights, CompletableFuture<Boolean> done) implements Command {}

    /** Frees an adapter once no request uses it. */
    record UnloadAdapter(int id, CompletableFuture<Boolean> done) implements Command {}

    /** Ends at once. */
    record Close() implements Command {}
}
