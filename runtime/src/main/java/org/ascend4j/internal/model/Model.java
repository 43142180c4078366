package org.ascend4j.internal.model;

import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;

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
     * Runs one step: writes the keys and values of all its tokens and computes the logits of its sampling rows.
     *
     * @return valid until the next call
     */
    Logits forward(StepInputs inputs);

    @Override
    void close();
}
