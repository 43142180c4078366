package org.ascend4j.internal.model;

import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;

/** Writes a layer's new keys and values into the cache and attends over what the cache then holds. */
interface Attention extends AutoCloseable {
    /** Computes nothing, for the memory of everything else. */
    Attention NONE = new Attention() {
        @Override
        public void attend(
                int layer,
                StepInputs inputs,
                StepTensors step,
                DeviceArray q,
                DeviceArray k,
                DeviceArray v,
                DeviceArray out) {}

        @Override
        public void close() {}
    };

    /**
     * @param q (T, heads, headSize), rotated
     * @param k (T, kvHeads, headSize), rotated
     * @param v (T, kvHeads, headSize)
     * @param out (T, heads, headSize)
     */
    void attend(
            int layer,
            StepInputs inputs,
            StepTensors step,
            DeviceArray q,
            DeviceArray k,
            DeviceArray v,
            DeviceArray out);

    /** With which a whole decode step can be captured; null where the shapes of operators follow the context. */
    default FusedAttention whole() {
        return null;
    }

    /** Whether {@link #whole} computes for contexts of these lengths what this does. */
    default boolean isWhole(long[] lengths) {
        return true;
    }

    @Override
    void close();
}
