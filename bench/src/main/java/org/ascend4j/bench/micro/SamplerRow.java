package org.ascend4j.bench.micro;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.sample.SampledStep;
import org.ascend4j.internal.sample.StepSampler;
import org.ascend4j.internal.sample.TokenMasks;
import org.ascend4j.internal.schedule.BlockPool;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;
import org.ascend4j.internal.schedule.TokenRules;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Picking a token from a row of logits in Java memory, the row's copy included. Greedy rows without rules are picked on
 * the device ({@link ElementKernel} has that); here a bias brings them to the sampler.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SamplerRow {
    private static final int ROWS = 8;
    private static final int PROMPT = 512;

    @Param({"32000", "151936"})
    public int vocabulary;

    /** How sure the model is: nothing stands out, or a few tokens do. */
    @Param({"flat", "peaked"})
    public String certainty;

    @Param({"greedy", "top-p", "top-k", "penalties"})
    public String plan;

    private StepSampler sampler;
    private Step step;
    private RandomLogits logits;

    @Setup(Level.Trial)
    public void open() {
        Random random = new Random(1);
        sampler = new StepSampler(vocabulary);
        logits = new RandomLogits(random, vocabulary, certainty.equals("peaked"));
        Scheduler scheduler = new Scheduler(new BlockPool(ROWS * 6 + 1, 128), ROWS, ROWS * PROMPT);
        for (int i = 0; i < ROWS; i++) {
            int[] prompt = random.ints(PROMPT, 0, vocabulary).toArray();
            scheduler.add(new Sequence(i + 1, prompt, 100, plan(i), Set.of()));
        }
        step = scheduler.next();
    }

    private SamplingPlan plan(long seed) {
        TokenRules bias = new TokenRules(new int[0], List.of(), Map.of(1, 0.5f), 1, 0, 0);
        TokenRules penalties = new TokenRules(new int[0], List.of(), Map.of(), 1.1f, 0.2f, 0.2f);
        return switch (plan) {
            case "greedy" -> new SamplingPlan(0, 0, 1, seed).withRules(bias);
            case "top-p" -> new SamplingPlan(0.8f, 0, 0.95f, seed);
            case "top-k" -> new SamplingPlan(0.8f, 50, 1, seed);
            case "penalties" -> new SamplingPlan(0.8f, 0, 0.95f, seed).withRules(penalties);
            default -> throw new IllegalArgumentException("plan is " + plan);
        };
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public SampledStep sample() {
        logits.turn();
        return sampler.sample(logits, step, TokenMasks.NONE);
    }

    /** Twice as many rows as are asked for, taken by turns. */
    private static final class RandomLogits implements Logits {
        private final float[][] table;
        private int first;

        RandomLogits(Random random, int vocabulary, boolean peaked) {
            table = new float[2 * ROWS][vocabulary];
            for (float[] row : table) {
                for (int id = 0; id < vocabulary; id++) {
                    row[id] = (float) random.nextGaussian() * (peaked ? 2 : 1);
                }
                for (int peak = 0; peaked && peak < 5; peak++) {
                    row[random.nextInt(vocabulary)] = 18 - 2 * peak;
                }
            }
        }

        void turn() {
            first++;
        }

        @Override
        public int rows() {
            return ROWS;
        }

        @Override
        public int[] argMax() {
            throw new IllegalStateException("every plan here needs the row itself");
        }

        @Override
        public float[] row(int row) {
            return table[(first + row) % table.length].clone();
        }

        @Override
        public void copyRow(int row, float[] target) {
            System.arraycopy(table[(first + row) % table.length], 0, target, 0, target.length);
        }
    }
}
