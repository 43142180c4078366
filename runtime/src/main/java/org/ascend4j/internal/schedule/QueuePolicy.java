package org.ascend4j.internal.schedule;

/** In which order sequences are admitted and served; the last in order is the first to be preempted. */
public enum QueuePolicy {
    /** First come, first served. */
    FCFS,
    /** By {@link SequenceOptions#priority}, then first come, first served. */
    PRIORITY
}
