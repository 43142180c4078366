package org.ascend4j.bench.peer;

import java.util.concurrent.TimeUnit;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;

/** What the engine tells of its steps between two moments, out of its public figures. */
final class StepMeter {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Steps and what they cost.
     *
     * @param replayed steps that ran one captured graph
     * @param others all other steps
     * @param calls native calls
     * @param share of the time in which the device did not work
     */
    record Cost(long replayed, long others, long calls, double share) {}

    private StepMeter() {}

    /** The figures once no request is left in the engine: they are exact then. */
    static LlmStats.Steps idle(Llm llm) {
        long start = System.nanoTime();
        LlmStats stats = llm.stats();
        while (stats.requests().live() > 0 || stats.requests().held() > 0) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IllegalStateException(
                        "found " + stats.requests() + " 10 s after the last answer, expected none");
            }
            Thread.onSpinWait();
            stats = llm.stats();
        }
        return stats.steps();
    }

    static Cost between(LlmStats.Steps from, LlmStats.Steps to) {
        double nanos = to.nanos() - from.nanos();
        return new Cost(
                to.full() - from.full(),
                to.piecewise() - from.piecewise() + to.eager() - from.eager(),
                to.nativeCalls() - from.nativeCalls(),
                nanos == 0 ? 0 : 1 - (to.deviceNanos() - from.deviceNanos()) / nanos);
    }
}
