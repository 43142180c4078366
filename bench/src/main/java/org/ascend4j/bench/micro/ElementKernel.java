package org.ascend4j.bench.micro;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
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

/** What a layer does beside projections and attention, in SmolLM2-135M's sizes, and picking the best of its logits. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ElementKernel {
    private static final int HIDDEN = 576;
    private static final int FEED_FORWARD = 1536;
    private static final int QUERIES = 576;
    private static final int KEYS = 192;
    private static final int HEAD_SIZE = 64;
    private static final int VOCABULARY = 49_152;
    private static final int POSITIONS = 4096;

    @Param({"1", "32", "512"})
    public int rows;

    private HostDevice device;

    @Setup(Level.Trial)
    public void open() {
        device = new HostDevice();
    }

    @TearDown(Level.Trial)
    public void close() {
        device.close();
    }

    private static Tensor halves(HostDevice device, int rows, int columns) {
        return device.randomHalves((long) rows * columns).as(rows, columns);
    }

    /** Operands of residual sum and norm. */
    @State(Scope.Thread)
    public static class Norm {
        private Tensor a;
        private Tensor b;
        private Tensor gamma;
        private Tensor y;
        private Tensor scale;
        private Tensor sum;

        @Setup(Level.Trial)
        public void open(ElementKernel kernel) {
            a = halves(kernel.device, kernel.rows, HIDDEN);
            b = halves(kernel.device, kernel.rows, HIDDEN);
            gamma = kernel.device.randomHalves(HIDDEN).as(HIDDEN);
            y = halves(kernel.device, kernel.rows, HIDDEN);
            scale = kernel.device.arena().array(DataType.FLOAT, kernel.rows).as(kernel.rows, 1);
            sum = halves(kernel.device, kernel.rows, HIDDEN);
        }
    }

    @Benchmark
    public void addRmsNorm(Norm norm, Rates rates) {
        device.ops().addRmsNorm(norm.a, norm.b, norm.gamma, 1e-5, norm.y, norm.scale, norm.sum);
        device.synchronize();
        rates.add(4.0 * rows * HIDDEN * Short.BYTES, 5.0 * rows * HIDDEN);
    }

    /** Operands of the rotary embedding. */
    @State(Scope.Thread)
    public static class Rope {
        private Tensor positions;
        private Tensor q;
        private Tensor k;
        private Tensor table;
        private Tensor qOut;
        private Tensor kOut;

        @Setup(Level.Trial)
        public void open(ElementKernel kernel) {
            DeviceArray places = kernel.device.longs(
                    LongStream.range(0, kernel.rows).map(i -> i % POSITIONS).toArray());
            positions = places.as(kernel.rows);
            q = halves(kernel.device, kernel.rows, QUERIES);
            k = halves(kernel.device, kernel.rows, KEYS);
            table = halves(kernel.device, POSITIONS, HEAD_SIZE);
            qOut = halves(kernel.device, kernel.rows, QUERIES);
            kOut = halves(kernel.device, kernel.rows, KEYS);
        }
    }

    @Benchmark
    public void rope(Rope rope, Rates rates) {
        device.ops().rotary().rope(rope.positions, rope.q, rope.k, rope.table, HEAD_SIZE, true, rope.qOut, rope.kOut);
        device.synchronize();
        rates.add((2.0 * (QUERIES + KEYS) + HEAD_SIZE) * rows * Short.BYTES, 3.0 * rows * (QUERIES + KEYS));
    }

    /** Operands of the gate. */
    @State(Scope.Thread)
    public static class Gate {
        private Tensor x;
        private Tensor out;

        @Setup(Level.Trial)
        public void open(ElementKernel kernel) {
            x = halves(kernel.device, kernel.rows, 2 * FEED_FORWARD);
            out = halves(kernel.device, kernel.rows, FEED_FORWARD);
        }
    }

    @Benchmark
    public void swiGlu(Gate gate, Rates rates) {
        device.ops().activations().swiGlu(gate.x, gate.out);
        device.synchronize();
        rates.add(3.0 * rows * FEED_FORWARD * Short.BYTES, 5.0 * rows * FEED_FORWARD);
    }

    /** Logits and where their best go. */
    @State(Scope.Thread)
    public static class Best {
        private Tensor logits;
        private Tensor ids;

        @Setup(Level.Trial)
        public void open(ElementKernel kernel) {
            logits = halves(kernel.device, kernel.rows, VOCABULARY);
            ids = kernel.device.arena().array(DataType.INT32, kernel.rows).as(kernel.rows);
        }
    }

    @Benchmark
    public void argMax(Best best, Rates rates) {
        device.ops().argMax(best.logits, best.ids);
        device.synchronize();
        rates.add((double) rows * VOCABULARY * Short.BYTES, (double) rows * VOCABULARY);
    }
}
