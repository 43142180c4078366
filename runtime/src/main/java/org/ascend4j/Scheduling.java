package org.ascend4j;

/**
 * Who runs, who waits, and who is refused.
 *
 * @param policy in which order requests are served
 * @param admission what of the KV cache a request needs before it starts
 * @param watermark share of the KV cache that stays free when a request starts beside others; read where requests may be
 *     preempted
 * @param longPrefillTokens most prompt tokens of one request in a step; 0 for as many as the step has room for
 * @param prefixCaching whether prompts that begin alike share what was computed for the beginning
 * @param overlap whether the next step is scheduled while the device works on the current one
 * @param maxQueuedRequests most requests that wait; 0 for no such limit
 * @param maxQueuedTokens most prompt tokens that wait; 0 for no such limit
 */
public record Scheduling(
        Policy policy,
        Admission admission,
        double watermark,
        int longPrefillTokens,
        boolean prefixCaching,
        boolean overlap,
        int maxQueuedRequests,
        int maxQueuedTokens) {
    /** The order of service. */
    public enum Policy {
        /** First come, first served. */
        FCFS,
        /** By {@link GenerationOptions#priority}, then first come, first served. */
        PRIORITY
    }

    /** What a request needs to start. */
    public enum Admission {
        /** {@link #NO_EVICT} for a cache of few full contexts, else {@link #PREEMPT}. */
        AUTO,
        /** Room for its longest answer: once started it is never stopped for want of room. */
        NO_EVICT,
        /** Room for its prompt: more run at once, and the last in order is computed again when room runs out. */
        PREEMPT
    }
}
