package org.ascend4j.internal.model;

import org.ascend4j.internal.batch.StepInputs;

/** Decode steps of one batch size, captured. */
interface DecodeGraph extends AutoCloseable {
    /** Queues a step of exactly this size; the slot is the one that the graph was captured for. */
    void queue(StepInputs inputs, StepResult result);

    /** Frees the graph; no step of it may be in flight. */
    @Override
    void close();
}
