package org.ascend4j;

import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.engine.EngineStats;
import org.ascend4j.internal.engine.Histogram;
import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.schedule.SchedulerStats;

/**
 * An open model's figures at a moment. Counts are since it was opened and never fall.
 *
 * @param requests who runs and who waits, and how requests ended
 * @param tokens what was computed and generated
 * @param cache the KV cache
 * @param steps what the device did
 * @param latencies how long it took
 */
public record LlmStats(Requests requests, Tokens tokens, Cache cache, Steps steps, Latencies latencies) {
    /**
     * @param live requests that have been taken and have not ended
     * @param held of those, what the engine's thread has; the others are on their way to it
     * @param running sequences that take part in steps
     * @param waiting sequences that wait to
     * @param queuedTokens prompt tokens of those
     * @param stopped ended by the model, a stop token or a stop string
     * @param ranOut ended by their limit of tokens or the context
     * @param cancelled ended by their caller
     * @param expired ended by their deadline
     * @param failed ended with an error
     * @param refused not taken because they could never run or too many waited; failed, too
     */
    public record Requests(
            int live,
            int held,
            int running,
            int waiting,
            long queuedTokens,
            long stopped,
            long ranOut,
            long cancelled,
            long expired,
            long failed,
            long refused) {}

    /**
     * @param prompt tokens of admitted prompts
     * @param generated tokens of answers
     * @param scheduled rows of all steps
     * @param drafted tokens that were guessed ahead
     * @param draftsAccepted of those, what the model found right
     */
    public record Tokens(long prompt, long generated, long scheduled, long drafted, long draftsAccepted) {}

    /**
     * @param blocks what the cache has
     * @param usedBlocks what sequences hold
     * @param sharableBlocks whose content a new prompt could share
     * @param preemptions sequences that lost their blocks and computed again
     * @param prefixQueries tokens that were looked up
     * @param prefixHits tokens that were found
     * @param evictions blocks whose content made room
     */
    public record Cache(
            int blocks,
            int usedBlocks,
            int sharableBlocks,
            long preemptions,
            long prefixQueries,
            long prefixHits,
            long evictions) {
        /** Share of the blocks in use, 0 to 1. */
        public double usage() {
            return blocks == 0 ? 0 : (double) usedBlocks / blocks;
        }
    }

    /**
     * @param full steps that replayed one captured graph
     * @param piecewise steps that replayed pieces
     * @param eager all others
     * @param graphs how much of a decode step is captured now
     * @param captured batch sizes that graphs exist for
     * @param fallback why less is captured than was asked for; empty if it is not
     * @param nanos time spent in steps, all told
     * @param deviceNanos of that, what the device worked; 0 if it does not tell
     * @param nativeCalls calls into native code that steps made, whatever runs behind one of them
     */
    public record Steps(
            long full,
            long piecewise,
            long eager,
            Graphs graphs,
            List<Integer> captured,
            String fallback,
            long nanos,
            long deviceNanos,
            long nativeCalls) {
        /** Share of the steps' time in which the device did not work, 0 to 1; 0 if it does not tell. */
        public double engineShare() {
            return nanos == 0 || deviceNanos == 0 ? 0 : Math.max(0, 1 - (double) deviceNanos / nanos);
        }
    }

    /** Seconds over requests and tokens; sizes in tokens. */
    public record Latencies(
            Distribution timeToFirstToken,
            Distribution interTokenLatency,
            Distribution timePerOutputToken,
            Distribution endToEnd,
            Distribution queueTime,
            Distribution prefillTime,
            Distribution decodeTime,
            Distribution inferenceTime,
            Distribution promptTokens,
            Distribution generatedTokens,
            Distribution stepTokens) {}

    /**
     * Values by size.
     *
     * @param bounds upper bounds of classes, included, in ascending order
     * @param counts values in each class; one more than bounds, the last for what is above them all
     * @param sums of the values in each class
     */
    public record Distribution(List<Double> bounds, List<Long> counts, List<Double> sums) {
        static Distribution of(Histogram.Snapshot snapshot) {
            return new Distribution(
                    Arrays.stream(snapshot.bounds()).boxed().toList(),
                    Arrays.stream(snapshot.counts()).boxed().toList(),
                    Arrays.stream(snapshot.sums()).boxed().toList());
        }

        /** How many values there are. */
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }

        /** The sum of all values. */
        public double sum() {
            return sums.stream().mapToDouble(Double::doubleValue).sum();
        }

        /** 0 if there is no value. */
        public double mean() {
            return count() == 0 ? 0 : sum() / count();
        }
    }

    static LlmStats of(EngineStats stats) {
        SchedulerStats scheduler = stats.scheduler();
        return new LlmStats(
                new Requests(
                        stats.live(),
                        stats.held(),
                        scheduler.running(),
                        scheduler.waiting(),
                        scheduler.queuedTokens(),
                        scheduler.stopped(),
                        scheduler.ranOut(),
                        scheduler.cancelled(),
                        scheduler.expired(),
                        stats.failed(),
                        scheduler.refused()),
                new Tokens(
                        scheduler.promptTokens(),
                        scheduler.generatedTokens(),
                        scheduler.scheduledTokens(),
                        scheduler.draftsProposed(),
                        scheduler.draftsAccepted()),
                new Cache(
                        scheduler.capacityBlocks(),
                        scheduler.usedBlocks(),
                        scheduler.cachedBlocks(),
                        scheduler.preemptions(),
                        scheduler.prefixQueries(),
                        scheduler.prefixHits(),
                        scheduler.evictions()),
                steps(stats),
                latencies(stats.latencies()));
    }

    private static Steps steps(EngineStats stats) {
        GraphStats graphs = stats.graphs();
        return new Steps(
                graphs.full(),
                graphs.piecewise(),
                graphs.eager(),
                Graphs.valueOf(graphs.level().name()),
                graphs.captured(),
                graphs.fallback(),
                stats.stepNanos(),
                stats.deviceNanos(),
                stats.stepCalls());
    }

    private static Latencies latencies(EngineStats.Latencies latencies) {
        return new Latencies(
                Distribution.of(latencies.timeToFirstToken()),
                Distribution.of(latencies.interTokenLatency()),
                Distribution.of(latencies.timePerOutputToken()),
                Distribution.of(latencies.endToEnd()),
                Distribution.of(latencies.queueTime()),
                Distribution.of(latencies.prefillTime()),
                Distribution.of(latencies.decodeTime()),
                Distribution.of(latencies.inferenceTime()),
                Distribution.of(latencies.promptTokens()),
                Distribution.of(latencies.generatedTokens()),
                Distribution.of(latencies.stepTokens()));
    }
}
