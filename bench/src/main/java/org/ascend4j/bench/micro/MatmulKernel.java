package org.ascend4j.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ascend4j.bench.gguf.SyntheticGguf;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.weight.GgufWeights;
import org.ascend4j.internal.weight.Linear;
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

/**
 * Projections as models make them: weights loaded from a file, in decode's and prefill's numbers of rows. Many copies of
 * the weight are taken by turns, because a model's weights do not stay in a core's cache from step to step.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class MatmulKernel {
    private static final int FOOTPRINT = 96 << 20;
    private static final int MOST_COPIES = 128;

    /** K and N of SmolLM2-135M's gate and up projections together, and of its down projection. */
    @Param({"576x3072", "1536x576"})
    public String shape;

    @Param({"1", "8", "32", "512"})
    public int rows;

    @Param({"Q4_1", "Q8_0", "F16"})
    public GgmlType weights;

    @Param("fast")
    public String precision;

    private final List<Linear> copies = new ArrayList<>();
    private HostDevice device;
    private Tensor x;
    private Tensor out;
    private double bytes;
    private double operations;

    @Setup(Level.Trial)
    public void open() throws IOException {
        String[] sizes = shape.split("x");
        int in = Integer.parseInt(sizes[0]);
        int features = Integer.parseInt(sizes[1]);
        device = new HostDevice();
        load(in, features);
        x = device.randomHalves((long) rows * in).as(rows, in);
        out = device.randomHalves((long) rows * features).as(rows, features);
        bytes = weights.byteSize((long) in * features) + HostDevice.TYPE.bytes((long) rows * (in + features));
        operations = 2.0 * rows * in * features;
    }

    private void load(int in, int features) throws IOException {
        byte[] content = SyntheticGguf.weights(weights, (long) in * features, new Random(1));
        int count = Math.max(1, Math.min(MOST_COPIES, FOOTPRINT / content.length));
        SyntheticGguf writer = new SyntheticGguf().key("general.architecture", "bench");
        for (int i = 0; i < count; i++) {
            writer.tensor("w" + i, weights, content, in, features);
        }
        Path file = Files.createTempFile("ascend4j-bench", ".gguf");
        try (GgufFile open = GgufFile.open(writer.write(file))) {
            boolean fast = precision.equals("fast");
            GgufWeights loader = new GgufWeights(open, device.arena(), HostDevice.TYPE, fast, 2);
            for (int i = 0; i < count; i++) {
                copies.add(loader.linear("w" + i, in, features));
            }
            loader.load(loaded -> {});
        } finally {
            Files.delete(file);
        }
    }

    /** Once through all copies; the score counts these rounds, the rates the work in them. */
    @Benchmark
    public void matmul(Rates rates) {
        int calls = rows > 32 ? Math.min(8, copies.size()) : copies.size();
        for (int i = 0; i < calls; i++) {
            copies.get(i).apply(device.ops(), x, out);
        }
        device.synchronize();
        rates.add(calls * bytes, calls * operations);
    }

    @TearDown(Level.Trial)
    public void close() {
        copies.clear();
        device.close();
    }
}
