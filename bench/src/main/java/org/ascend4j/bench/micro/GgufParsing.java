package org.ascend4j.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.ascend4j.bench.gguf.SyntheticGguf;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufFile;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a GGUF file's header: a made-up one with a large vocabulary, or a model's own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class GgufParsing {
    private static final int VOCABULARY = 151_936;
    private static final int TENSORS = 300;

    /** A model file: {@code --model} or {@code -p model=PATH}; empty for the made-up one. */
    @Param("")
    public String model;

    private Path file;

    @Setup(Level.Trial)
    public void write() throws IOException {
        if (!model.isEmpty()) {
            file = Path.of(model);
            return;
        }
        file = Files.createTempFile("ascend4j-bench", ".gguf");
        String[] tokens = new String[VOCABULARY];
        String[] merges = new String[VOCABULARY];
        Arrays.setAll(tokens, id -> "token" + id);
        Arrays.setAll(merges, id -> "tok en" + id);
        SyntheticGguf writer = new SyntheticGguf()
                .key("general.architecture", "llama")
                .key("tokenizer.ggml.tokens", tokens)
                .key("tokenizer.ggml.token_type", new int[VOCABULARY])
                .key("tokenizer.ggml.merges", merges);
        for (int i = 0; i < TENSORS; i++) {
            writer.tensor("blk." + i + ".attn_norm.weight", GgmlType.F32, new byte[64 * Float.BYTES], 64);
        }
        writer.write(file);
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        if (model.isEmpty()) {
            Files.delete(file);
        }
    }

    @Benchmark
    public int header() {
        try (GgufFile open = GgufFile.open(file)) {
            return open.tensors().size();
        }
    }
}
