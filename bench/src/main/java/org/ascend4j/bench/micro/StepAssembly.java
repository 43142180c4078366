package org.ascend4j.bench.micro;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.batch.StepAssembler;
import org.ascend4j.internal.batch.StepInputs;
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

/** Turning a step of single decodes into the arrays that a forward pass reads. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class StepAssembly {
    private static final int BLOCK = 128;
    private static final int PROMPT = 1000;

    @Param({"1", "64", "256", "1024"})
    public int sequences;

    private StepAssembler assembler;
    private Step step;

    @Setup(Level.Trial)
    public void fill() {
        Random random = new Random(1);
        int perSequence = PROMPT / BLOCK + 2;
        Scheduler scheduler = new Scheduler(new BlockPool(sequences * perSequence + 1, BLOCK), sequences, 1 << 16);
        for (int i = 0; i < sequences; i++) {
            int[] prompt = random.ints(PROMPT, 0, 32_000).toArray();
            scheduler.add(new Sequence(i + 1, prompt, 100, new SamplingPlan(0, 0, 1, 0), Set.of()));
        }
        assembler = new StepAssembler(BLOCK);
        step = scheduler.next();
        while (!(step.entries().size() == sequences && step.tokens() == sequences)) {
            scheduler.apply(step, new int[step.sampledRows()]);
            step = scheduler.next();
        }
    }

    @Benchmark
    public StepInputs decodes() {
        return assembler.assemble(step);
    }
}
