package org.ascend4j.internal.model;

/**
 * What a step computes: one row of logits for each sampling row of its inputs. It may still be computing; whoever reads
 * waits for it. Valid until the model has been given as many more steps as may be in flight.
 */
public interface Logits {
    /** Rows of this step. */
    int rows();

    /** The best token of every sampled row, found on the device; the smallest id wins a tie. */
    int[] argMax();

    /** Copies one row as float32. */
    float[] row(int row);

    /** Copies one row as float32 into an array of the vocabulary's size. */
    default void copyRow(int row, float[] target) {
        System.arraycopy(row(row), 0, target, 0, target.length);
    }

    /**
     * Has rows brought here in one copy as soon as they are computed. To be called once, before the next step is
     * queued: any other row can only be read while this is the newest step.
     *
     * @param rows ascending
     * @param count how many of them count
     */
    default void fetch(int[] rows, int count) {}

    /**
     * Waits for the step.
     *
     * @throws RuntimeException if the device failed, or is not done in time
     */
    default void await() {}

    /** Whether a sampled row's best logit is no finite number: such a row must not be used. */
    default boolean damaged(int row) {
        return false;
    }

    /** Nanoseconds the device spent on the step, which must be over; 0 if unknown. */
    default long deviceNanos() {
        return 0;
    }
}
