package org.ascend4j.internal.schedule;

/**
 * A scheduler's state and what it has counted since it began.
 *
 * @param queuedTokens prompt tokens of waiting sequences
 * @param usedBlocks blocks that sequences or steps in flight hold
 * @param cachedBlocks blocks, used or free, that a new sequence could share
 * @param scheduledTokens rows of all steps that succeeded
 * @param promptTokens tokens of admitted prompts, counted once a sequence
 * @param prefixQueries tokens that were looked up in the prefix cache
 * @param prefixHits tokens that were found there
 * @param discarded sampled rows that came too late to be used
 */
public record SchedulerStats(
        int running,
        int waiting,
        long queuedTokens,
        int capacityBlocks,
        int usedBlocks,
        int cachedBlocks,
        long steps,
        long undoneSteps,
        long scheduledTokens,
        long promptTokens,
        long generatedTokens,
        long preemptions,
        long prefixQueries,
        long prefixHits,
        long evictions,
        long blockCopies,
        long draftsProposed,
        long draftsAccepted,
        long discarded,
        long refused,
        long stopped,
        long ranOut,
        long cancelled,
        long expired) {
    /** Of a scheduler that has not begun. */
    public static final SchedulerStats NONE =
            new SchedulerStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** This state, with the counts of another scheduler that ran before. */
    public SchedulerStats after(SchedulerStats earlier) {
        return new SchedulerStats(
                running,
                waiting,
                queuedTokens,
                capacityBlocks,
                usedBlocks,
                cachedBlocks,
                steps + earlier.steps,
                undoneSteps + earlier.undoneSteps,
                scheduledTokens + earlier.scheduledTokens,
                promptTokens + earlier.promptTokens,
                generatedTokens + earlier.generatedTokens,
                preemptions + earlier.preemptions,
                prefixQueries + earlier.prefixQueries,
                prefixHits + earlier.prefixHits,
                evictions + earlier.evictions,
                blockCopies + earlier.blockCopies,
                draftsProposed + earlier.draftsProposed,
                draftsAccepted + earlier.draftsAccepted,
                discarded + earlier.discarded,
                refused + earlier.refused,
                stopped + earlier.stopped,
                ranOut + earlier.ranOut,
                cancelled + earlier.cancelled,
                expired + earlier.expired);
    }
}
