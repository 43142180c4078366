package org.ascend4j.internal.model;

import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.weight.AdapterWeights;

/** A decoder whose weights and KV cache are on a device. Belongs to the thread that opened it. */
public interface Model extends AutoCloseable {
    ModelConfig config();

    /** The device it is on. */
    DeviceSession session();

    /** Blocks of the KV cache, the null block included. */
    int kvBlocks();

    /** Tokens per block. */
    int kvBlockSize();

    /**
     * Makes ready for steps that follow each other closely. Without it a model runs one step at a time, eagerly.
     *
     * @param level the most that is wanted of captured graphs; what the device cannot do falls to the next level
     * @param inFlight steps that may be queued before the first of them is over
     */
    default void prepare(GraphLevel level, int inFlight) {}

    /** To how many rows a step of {@code decodes} single rows should be padded to run fastest; 0 for no padding. */
    default int paddedRows(int decodes) {
        return 0;
    }

    /** Blocks per row of a padded step's block tables. */
    default int paddedWidth() {
        return 0;
    }

    /**
     * Queues one step: writes the keys and values of all its tokens and computes the logits of its sampling rows. Token
     * sources are rows among the sampled ones of the step queued before.
     */
    Logits forward(StepInputs inputs);

    /**
     * Waits until nothing that was queued runs any more.
     *
     * @throws RuntimeException if the device failed, or is not done in time
     */
    default void settle() {}

    /** What was queued last, oldest first, one operator or graph a line, for the log of a failure. */
    default String lastQueued() {
        return "";
    }

    /** How steps have run so far. */
    default GraphStats graphStats() {
        return GraphStats.NONE;
    }

    /**
     * Puts an adapter on the device; steps name it by its number from then on.
     *
     * @param id of no adapter that is loaded, above 0
     * @throws RuntimeException if there is too little memory; nothing stays behind
     */
    default void loadAdapter(int id, AdapterWeights weights) {
        throw new UnsupportedOperationException("this model takes no adapters");
    }

    /** Frees an adapter that no later step names, once the steps in flight are over; unknown ones are ignored. */
    default void unloadAdapter(int id) {}

    /** Gives up the memory of the KV cache and of passes, and what holds their addresses. No step may be in flight. */
    default void releaseCache() {}

    /** Takes it again, as much as before; the cache is empty. If there is too little memory, none is taken. */
    default void restoreCache() {}

    @Override
    void close();
}
