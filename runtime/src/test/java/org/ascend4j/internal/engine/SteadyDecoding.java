package org.ascend4j.internal.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.grammar.GrammarMatcher;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.SequenceOptions;

/** A batch of greedy answers whose prompts are done: every step decodes one token of each. */
final class SteadyDecoding {
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);

    private final EngineLoop loop;
    private final int batch;
    private long tokens;
    private AscendException ended;

    /** What some steps took. */
    record Cost(int steps, long tokens, long wallNanos, long deviceNanos, long allocatedBytes) {
        double tokensPerSecond() {
            return tokens * 1e9 / wallNanos;
        }

        /** The part of the time in which the device had nothing to do. */
        double engineShare() {
            return 1 - (double) deviceNanos / wallNanos;
        }
    }

    /**
     * @param context tokens that each sequence has before the first step counts
     */
    SteadyDecoding(Model model, EngineOptions options, int batch, int context) {
        this(model, options, batch, context, SequenceOptions.DEFAULT, () -> null);
    }

    /** @param matchers makes what an answer has to follow; null for free text */
    SteadyDecoding(
            Model model,
            EngineOptions options,
            int batch,
            int context,
            SequenceOptions each,
            Supplier<GrammarMatcher> matchers) {
        this.loop = EngineLoop.open(model, options);
        this.batch = batch;
        int most = Math.min(options.scheduler().contextLength(), (model.kvBlocks() - 1) / batch * model.kvBlockSize());
        Random random = new Random(7);
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            int vocabulary = model.config().vocabularySize();
            int[] prompt = random.ints(context, 0, vocabulary).toArray();
            Sequence sequence = new Sequence(i + 1000, prompt, most - context, GREEDY, Set.of(), each);
            sequences.add(sequence);
            loop.submit(List.of(new Request(sequence, new Counter(), matchers.get())));
        }
        while (sequences.stream().anyMatch(sequence -> sequence.generatedLength() < 4)) {
            loop.step();
            requireGoingOn();
        }
    }

    static EngineOptions options(int batch, int contextLength, GraphMode graphs, boolean overlap) {
        return EngineOptions.of(SchedulerOptions.of(batch, Math.max(256, batch), contextLength)
                        .withPrefixCache(false))
                .withGraphs(graphs)
                .withOverlap(overlap);
    }

    private final class Counter implements TokenSink {
        @Override
        public void token(int id) {
            tokens++;
        }

        @Override
        public void finished(FinishReason reason) {}

        @Override
        public void failed(AscendException cause) {
            ended = cause;
        }
    }

    /** Runs some steps. */
    Cost run(int steps) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long tokensBefore = tokens;
        long deviceBefore = loop.deviceNanos();
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            loop.step();
        }
        long wall = System.nanoTime() - start;
        long bytes = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        requireGoingOn();
        if (tokens - tokensBefore != (long) steps * batch) {
            throw new AssertionError((tokens - tokensBefore) + " tokens in " + steps + " steps of " + batch);
        }
        return new Cost(steps, tokens - tokensBefore, wall, loop.deviceNanos() - deviceBefore, bytes);
    }

    private void requireGoingOn() {
        if (ended != null) {
            throw ended;
        }
    }

    EngineLoop loop() {
        return loop;
    }

    /** Ends all answers. */
    void stop() {
        loop.failAll(new AscendException("stopped"));
        while (loop.hasWork()) {
            loop.step();
        }
    }
}
