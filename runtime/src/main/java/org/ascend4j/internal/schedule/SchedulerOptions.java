package org.ascend4j.internal.schedule;

import java.util.Objects;

/**
 * The scheduler's limits and choices.
 *
 * @param maxSequences most sequences that run at once
 * @param tokenBudget most tokens of one step; at least {@code maxSequences}, so that decodes never starve
 * @param contextLength most tokens of a sequence
 * @param queue order of service
 * @param admission what is reserved
 * @param fullContexts AUTO does not preempt in a pool that holds fewer full contexts than this
 * @param watermark share of the pool that admission leaves free while others run; read by PREEMPT only
 * @param longPrefill most tokens of one sequence in a step; 0 for no such limit
 * @param prefixCache whether blocks of equal beginnings are shared
 * @param depth steps that may be in flight: 1, or 2 to schedule a step while another runs
 * @param maxQueuedSequences most sequences that wait; 0 for no such limit
 * @param maxQueuedTokens most prompt tokens that wait; 0 for no such limit
 * @param drafts when tokens are guessed ahead
 */
public record SchedulerOptions(
        int maxSequences,
        int tokenBudget,
        int contextLength,
        QueuePolicy queue,
        AdmissionPolicy admission,
        int fullContexts,
        double watermark,
        int longPrefill,
        boolean prefixCache,
        int depth,
        int maxQueuedSequences,
        long maxQueuedTokens,
        DraftOptions drafts) {
    private static final int DEFAULT_FULL_CONTEXTS = 4;
    private static final double DEFAULT_WATERMARK = 0.01;

    public SchedulerOptions {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(admission, "admission");
        Objects.requireNonNull(drafts, "drafts");
        if (maxSequences < 1 || tokenBudget < maxSequences) {
            throw new IllegalArgumentException(
                    "budget " + tokenBudget + " cannot serve " + maxSequences + " sequences a step");
        }
        if (contextLength < 1 || fullContexts < 0 || longPrefill < 0 || !(watermark >= 0 && watermark < 1)) {
            throw new IllegalArgumentException("context length " + contextLength + ", full contexts " + fullContexts
                    + ", long prefill " + longPrefill + ", watermark " + watermark);
        }
        if (!(depth == 1 || depth == 2) || maxQueuedSequences < 0 || maxQueuedTokens < 0) {
            throw new IllegalArgumentException("depth " + depth + ", queued sequences " + maxQueuedSequences
                    + ", queued tokens " + maxQueuedTokens);
        }
    }

    /** One step at a time, first come first served, with a prefix cache and no drafts. */
    public static SchedulerOptions of(int maxSequences, int tokenBudget, int contextLength) {
        return new SchedulerOptions(
                maxSequences,
                tokenBudget,
                contextLength,
                QueuePolicy.FCFS,
                AdmissionPolicy.AUTO,
                DEFAULT_FULL_CONTEXTS,
                DEFAULT_WATERMARK,
                0,
                true,
                1,
                0,
                0,
                DraftOptions.OFF);
    }

    public SchedulerOptions withQueue(QueuePolicy value) {
        Values values = new Values(this);
        values.queue = value;
        return values.toOptions();
    }

    public SchedulerOptions withAdmission(AdmissionPolicy value) {
        Values values = new Values(this);
        values.admission = value;
        return values.toOptions();
    }

    public SchedulerOptions withFullContexts(int value) {
        Values values = new Values(this);
        values.fullContexts = value;
        return values.toOptions();
    }

    public SchedulerOptions withWatermark(double value) {
        Values values = new Values(this);
        values.watermark = value;
        return values.toOptions();
    }

    public SchedulerOptions withLongPrefill(int value) {
        Values values = new Values(this);
        values.longPrefill = value;
        return values.toOptions();
    }

    public SchedulerOptions withPrefixCache(boolean value) {
        Values values = new Values(this);
        values.prefixCache = value;
        return values.toOptions();
    }

    public SchedulerOptions withDepth(int value) {
        Values values = new Values(this);
        values.depth = value;
        return values.toOptions();
    }

    public SchedulerOptions withQueueLimits(int sequences, long tokens) {
        Values values = new Values(this);
        values.maxQueuedSequences = sequences;
        values.maxQueuedTokens = tokens;
        return values.toOptions();
    }

    public SchedulerOptions withDrafts(DraftOptions value) {
        Values values = new Values(this);
        values.drafts = value;
        return values.toOptions();
    }

    /** The options while one of them is being replaced. */
    private static final class Values {
        private final int maxSequences;
        private final int tokenBudget;
        private final int contextLength;
        private QueuePolicy queue;
        private AdmissionPolicy admission;
        private int fullContexts;
        private double watermark;
        private int longPrefill;
        private boolean prefixCache;
        private int depth;
        private int maxQueuedSequences;
        private long maxQueuedTokens;
        private DraftOptions drafts;

        Values(SchedulerOptions options) {
            this.maxSequences = options.maxSequences;
            this.tokenBudget = options.tokenBudget;
            this.contextLength = options.contextLength;
            this.queue = options.queue;
            this.admission = options.admission;
            this.fullContexts = options.fullContexts;
            this.watermark = options.watermark;
            this.longPrefill = options.longPrefill;
            this.prefixCache = options.prefixCache;
            this.depth = options.depth;
            this.maxQueuedSequences = options.maxQueuedSequences;
            this.maxQueuedTokens = options.maxQueuedTokens;
            this.drafts = options.drafts;
        }

        SchedulerOptions toOptions() {
            return new SchedulerOptions(
                    maxSequences,
                    tokenBudget,
                    contextLength,
                    queue,
                    admission,
                    fullContexts,
                    watermark,
                    longPrefill,
                    prefixCache,
                    depth,
                    maxQueuedSequences,
                    maxQueuedTokens,
                    drafts);
        }
    }
}
