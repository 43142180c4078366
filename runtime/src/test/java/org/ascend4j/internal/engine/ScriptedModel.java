package org.ascend4j.internal.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.model.AttentionConfig;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.Rope;

/**
 * A model without a device: after token t comes t + 1. It can be told to wait before each step, to fail at one, and it
 * remembers who called it.
 */
final class ScriptedModel implements Model {
    static final int VOCABULARY = 1000;

    final List<Thread> callers = new CopyOnWriteArrayList<>();
    final List<Integer> rowsOfSteps = new CopyOnWriteArrayList<>();
    final AtomicInteger closes = new AtomicInteger();
    private final int blocks;
    private Semaphore gate;
    private final Semaphore entered = new Semaphore(0);
    private Throwable failure;
    private int failingStep = -1;
    private int[] last = {};
    private RuntimeException failureOfClose;

    ScriptedModel() {
        this(64);
    }

    ScriptedModel(int blocks) {
        this.blocks = blocks;
    }

    /** Steps wait for {@link #permit}. */
    ScriptedModel gated() {
        gate = new Semaphore(0);
        return this;
    }

    void permit(int steps) {
        gate.release(steps);
    }

    /** Waits until a step has been entered. */
    void awaitStep() throws InterruptedException {
        entered.acquire();
    }

    ScriptedModel failsAt(int step, Throwable cause) {
        failingStep = step;
        failure = cause;
        return this;
    }

    ScriptedModel failsToClose(RuntimeException cause) {
        failureOfClose = cause;
        return this;
    }

    @Override
    public Logits forward(StepInputs inputs) {
        callers.add(Thread.currentThread());
        rowsOfSteps.add(inputs.sampleRows().length);
        entered.release();
        if (gate != null) {
            gate.acquireUninterruptibly();
        }
        if (rowsOfSteps.size() - 1 == failingStep) {
            ScriptedModel.<RuntimeException>sneak(failure);
        }
        int[] best = new int[inputs.sampleRows().length];
        for (int i = 0; i < best.length; i++) {
            int row = inputs.sampleRows()[i];
            boolean known = inputs.tokenSources().length == 0 || inputs.tokenSources()[row] < 0;
            best[i] = ((known ? inputs.tokenIds()[row] : last[inputs.tokenSources()[row]]) + 1) % VOCABULARY;
        }
        last = best;
        return new Rows(best);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable cause) throws E {
        throw (E) cause;
    }

    private record Rows(int[] best) implements Logits {
        @Override
        public int rows() {
            return best.length;
        }

        @Override
        public int[] argMax() {
            return best;
        }

        @Override
        public float[] row(int row) {
            float[] logits = new float[VOCABULARY];
            logits[best[row]] = 1000;
            return logits;
        }
    }

    @Override
    public ModelConfig config() {
        AttentionConfig attention = AttentionConfig.uniform(1, Rope.of(false, 16, 1e4), 16);
        return new ModelConfig("scripted", 1, 16, 16, 1, 1, 16, VOCABULARY, 1024, 1e-5f, 0, attention);
    }

    @Override
    public DeviceSession session() {
        throw new UnsupportedOperationException("a scripted model has no device");
    }

    @Override
    public int kvBlocks() {
        return blocks;
    }

    @Override
    public int kvBlockSize() {
        return 16;
    }

    @Override
    public void close() {
        callers.add(Thread.currentThread());
        closes.incrementAndGet();
        if (failureOfClose != null) {
            throw failureOfClose;
        }
    }
}
