package org.ascend4j.internal.engine;

import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;

/** A scripted model that counts how often its cache was given up and taken again, and refuses steps in between. */
final class SleepyModel implements Model {
    final ScriptedModel scripted = new ScriptedModel();
    final AtomicInteger releases = new AtomicInteger();
    final AtomicInteger restores = new AtomicInteger();
    volatile RuntimeException failureOfRestore;
    private boolean released;

    @Override
    public void releaseCache() {
        releases.incrementAndGet();
        released = true;
    }

    @Override
    public void restoreCache() {
        if (failureOfRestore != null) {
            throw failureOfRestore;
        }
        restores.incrementAndGet();
        released = false;
    }

    @Override
    public Logits forward(StepInputs inputs) {
        if (released) {
            throw new IllegalStateException("a step without a cache");
        }
        return scripted.forward(inputs);
    }

    @Override
    public ModelConfig config() {
        return scripted.config();
    }

    @Override
    public DeviceSession session() {
        return scripted.session();
    }

    @Override
    public int kvBlocks() {
        return scripted.kvBlocks();
    }

    @Override
    public int kvBlockSize() {
        return scripted.kvBlockSize();
    }

    @Override
    public void close() {
        scripted.close();
    }
}
