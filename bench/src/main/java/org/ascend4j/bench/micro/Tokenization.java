package org.ascend4j.bench.micro;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ascend4j.ModelTokenizer;
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

/** A model's own tokenizer on a text of about 4,000 characters, there and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class Tokenization {
    private static final String PARAGRAPH =
            "The quick reader opened three boxes, counted 1,204 letters (twice!) and wrote: \"naïve café, 東京, 42"
                    + " °C\".\n"
                    + "def mean(values):\n"
                    + "    return sum(values) / len(values)  # not empty\n\n";

    /** The model file: {@code --model} or {@code -p model=PATH}. */
    @Param("")
    public String model;

    private final String text = PARAGRAPH.repeat(4000 / PARAGRAPH.length());
    private ModelTokenizer tokenizer;
    private int[] ids;

    @Setup(Level.Trial)
    public void open() {
        if (model.isEmpty()) {
            throw new IllegalArgumentException("name a model file with --model");
        }
        tokenizer = ModelTokenizer.open(Path.of(model));
        ids = tokenizer.encode(text, false);
    }

    @Benchmark
    public int[] encode() {
        return tokenizer.encode(text, false);
    }

    @Benchmark
    public String decode() {
        return tokenizer.decode(ids);
    }
}
