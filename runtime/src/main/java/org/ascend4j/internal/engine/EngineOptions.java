package org.ascend4j.internal.engine;

import java.time.Duration;
import java.util.Objects;
import org.ascend4j.internal.schedule.SchedulerOptions;

/**
 * How an engine works.
 *
 * @param scheduler what runs and what waits; its depth is set by {@code overlap}
 * @param graphs how the device gets a decode step
 * @param overlap whether the next step is scheduled while the current one runs
 * @param stepTimeout a step that takes longer fails the engine
 * @param shortestNgram fewest tokens that must repeat for a guess; read if the scheduler drafts
 * @param longestNgram most tokens that are compared for a guess
 */
public record EngineOptions(
        SchedulerOptions scheduler,
        GraphMode graphs,
        boolean overlap,
        Duration stepTimeout,
        int shortestNgram,
        int longestNgram) {
    private static final Duration DEFAULT_STEP_TIMEOUT = Duration.ofSeconds(300);
    private static final int DEFAULT_SHORTEST_NGRAM = 2;
    private static final int DEFAULT_LONGEST_NGRAM = 4;

    public EngineOptions {
        Objects.requireNonNull(scheduler, "scheduler");
        Objects.requireNonNull(graphs, "graphs");
        if (stepTimeout.isNegative() || stepTimeout.isZero()) {
            throw new IllegalArgumentException("a step timeout of " + stepTimeout);
        }
        if (shortestNgram < 1 || longestNgram < shortestNgram) {
            throw new IllegalArgumentException("an n-gram of " + shortestNgram + " to " + longestNgram + " tokens");
        }
    }

    /** Graphs where the device has them, steps overlapped. */
    public static EngineOptions of(SchedulerOptions scheduler) {
        return new EngineOptions(
                scheduler, GraphMode.AUTO, true, DEFAULT_STEP_TIMEOUT, DEFAULT_SHORTEST_NGRAM, DEFAULT_LONGEST_NGRAM);
    }

    public EngineOptions withGraphs(GraphMode value) {
        return new EngineOptions(scheduler, value, overlap, stepTimeout, shortestNgram, longestNgram);
    }

    public EngineOptions withOverlap(boolean value) {
        return new EngineOptions(scheduler, graphs, value, stepTimeout, shortestNgram, longestNgram);
    }

    public EngineOptions withStepTimeout(Duration value) {
        return new EngineOptions(scheduler, graphs, overlap, value, shortestNgram, longestNgram);
    }

    public EngineOptions withNgram(int shortest, int longest) {
        return new EngineOptions(scheduler, graphs, overlap, stepTimeout, shortest, longest);
    }
}
