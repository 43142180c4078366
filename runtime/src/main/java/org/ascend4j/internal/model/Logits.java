package org.ascend4j.internal.model;

/** A step's logits on the device: one row for each sampling row of the step's inputs. */
public interface Logits {
    /** Rows of this step. */
    int rows();

    /** The best token of every row, found on the device; the smallest id wins a tie. */
    int[] argMax();

    /** Copies one row as float32. */
    float[] row(int row);

    /** Copies one row as float32 into an array of the vocabulary's size. */
    default void copyRow(int row, float[] target) {
        System.arraycopy(row(row), 0, target, 0, target.length);
    }
}
