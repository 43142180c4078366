package org.ascend4j.bench.micro;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.Prompt;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Tokens a second through the public API, one sequence: 512 prompt tokens, and 128 generated ones. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class Generation {
    private static final int PREFILL = 512;
    private static final int DECODE = 128;

    /** The model file: {@code -p model=PATH}. */
    @Param("")
    public String model;

    @Param({"fast", "exact"})
    public String precision;

    private Llm llm;
    private int[] prompt;
    private long prompts;

    @Setup(Level.Trial)
    public void open() {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("name a model file with -p model=PATH");
        }
        llm = Llm.open(
                Path.of(model),
                LlmOptions.builder().option("precision", precision).build());
        prompt = new int[PREFILL];
        Arrays.setAll(prompt, i -> 1000 + 37 * i % 5000);
    }

    @TearDown(Level.Trial)
    public void close() {
        llm.close();
    }

    @Benchmark
    @OperationsPerInvocation(PREFILL)
    public Completion prefill() {
        // A salt of its own keeps each prompt from starting with the blocks of the one before.
        GenerationOptions options =
                GenerationOptions.defaults().withMaxTokens(1).withCacheSalt(Long.toString(++prompts));
        return llm.generate(Prompt.tokens(prompt), options);
    }

    @Benchmark
    @OperationsPerInvocation(DECODE)
    public Completion decode() {
        return llm.generate(
                Prompt.tokens(prompt[0]),
                GenerationOptions.defaults().withMaxTokens(DECODE).withIgnoreEnd(true));
    }
}
