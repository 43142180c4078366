package org.ascend4j.internal.schedule;

/** What a sequence must be sure of before it starts. */
public enum AdmissionPolicy {
    /** {@link #NO_EVICT} for a pool of few full contexts, where preemption would thrash, else {@link #PREEMPT}. */
    AUTO,
    /** Blocks for its greatest length: once started, it is never stopped for want of blocks. */
    NO_EVICT,
    /** Blocks for the tokens it has: more run at once, and the last in order is preempted when blocks run out. */
    PREEMPT
}
