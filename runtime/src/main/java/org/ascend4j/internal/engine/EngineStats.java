package org.ascend4j.internal.engine;

import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.schedule.SchedulerStats;

/**
 * An engine at a moment, published by its thread: some times a second while it works, and whenever it begins to wait.
 *
 * @param scheduler who runs, and counts since the engine was opened
 * @param graphs how steps ran
 * @param live requests that have not ended
 * @param held requests that the engine thread holds
 * @param failed requests that ended with an error
 * @param stepNanos time spent in steps, from scheduling one to handing out its tokens
 * @param deviceNanos of that, what the device worked; 0 if it does not tell
 * @param stepCalls native calls that steps made
 * @param latencies distributions over requests, tokens and steps
 */
public record EngineStats(
        SchedulerStats scheduler,
        GraphStats graphs,
        int live,
        int held,
        long failed,
        long stepNanos,
        long deviceNanos,
        long stepCalls,
        Latencies latencies) {
    EngineStats withRequests(int liveNow, long failedSoFar) {
        return new EngineStats(
                scheduler, graphs, liveNow, held, failedSoFar, stepNanos, deviceNanos, stepCalls, latencies);
    }

    /** Times in seconds, sizes in tokens. */
    public record Latencies(
            Histogram.Snapshot timeToFirstToken,
            Histogram.Snapshot interTokenLatency,
            Histogram.Snapshot timePerOutputToken,
            Histogram.Snapshot endToEnd,
            Histogram.Snapshot queueTime,
            Histogram.Snapshot prefillTime,
            Histogram.Snapshot decodeTime,
            Histogram.Snapshot inferenceTime,
            Histogram.Snapshot promptTokens,
            Histogram.Snapshot generatedTokens,
            Histogram.Snapshot stepTokens) {}
}
