package org.ascend4j.internal.schedule;

/** Why a sequence takes no more steps. */
public enum FinishReason {
    /** The model ended its answer. */
    STOP,
    /** The token limit or the model's context is reached. */
    LENGTH,
    /** The caller gave up. */
    CANCELLED,
    /** The deadline passed before the answer was complete. */
    DEADLINE
}
