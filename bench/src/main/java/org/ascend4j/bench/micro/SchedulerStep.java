package org.ascend4j.bench.micro;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.schedule.Advance;
import org.ascend4j.internal.schedule.BlockPool;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One step's scheduling and booking under steady load: every sequence decodes, and who has ended is replaced by a new one,
 * whose prompt is prefilled beside the others.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SchedulerStep {
    private static final int BLOCK = 128;
    private static final int PROMPT = 128;
    private static final int ANSWER = 256;

    @Param({"1", "64", "256", "1024"})
    public int sequences;

    private final SamplingPlan greedy = new SamplingPlan(0, 0, 1, 0);
    private final Random random = new Random(1);
    private Scheduler scheduler;
    private long lastId;

    @Setup(Level.Trial)
    public void fill() {
        int blocks = sequences * ((PROMPT + ANSWER) / BLOCK + 1) + 1;
        scheduler = new Scheduler(new BlockPool(blocks, BLOCK), sequences, Math.max(512, 2 * sequences));
        for (int i = 0; i < sequences; i++) {
            // Of all lengths, so that they end one after the other and not all in one step.
            add(1 + ANSWER * (i + 1) / (sequences + 1));
        }
        while (scheduler.waitingCount() > 0) {
            step();
        }
    }

    private void add(int answer) {
        int[] prompt = random.ints(PROMPT, 0, 32_000).toArray();
        scheduler.add(new Sequence(++lastId, prompt, answer, greedy, Set.of()));
    }

    @Benchmark
    public int step() {
        Step step = scheduler.next();
        List<Advance> advances = scheduler.apply(step, new int[step.sampledRows()]);
        int ended = 0;
        for (Advance advance : advances) {
            ended += advance.sequence().finishReason() == null ? 0 : 1;
        }
        for (int i = 0; i < ended; i++) {
            add(ANSWER);
        }
        return advances.size();
    }
}
