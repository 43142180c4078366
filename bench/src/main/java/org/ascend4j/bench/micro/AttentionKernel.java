package org.ascend4j.bench.micro;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.PagedAttentionOp;
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

/** Attention over the paged cache, in SmolLM2-135M's 9 query and 3 key heads of 64. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AttentionKernel {
    private static final int HEADS = 9;
    private static final int KV_HEADS = 3;
    private static final int HEAD_SIZE = 64;
    private static final int BLOCK = 128;

    /** One query of each of several sequences, or all queries of one prompt. */
    @Param({"decode1", "decode32", "prefill"})
    public String phase;

    @Param({"128", "512", "4096"})
    public int context;

    @Param("fast")
    public String precision;

    private HostDevice device;
    private PagedAttentionOp op;
    private PagedAttentionOp.Keyed cache;
    private Tensor queries;
    private Tensor out;
    private Tensor table;
    private long[] queryLengths;
    private long[] lengths;
    private double bytes;
    private double operations;

    @Setup(Level.Trial)
    public void open() {
        boolean prefill = phase.equals("prefill");
        int batch = prefill ? 1 : Integer.parseInt(phase.substring("decode".length()));
        int perSequence = prefill ? context : 1;
        int width = (context + BLOCK - 1) / BLOCK;
        int blocks = batch * width + 1;
        device = new HostDevice();
        op = new PagedAttentionOp(
                device.ops(), HEADS, KV_HEADS, BLOCK, 1 / Math.sqrt(HEAD_SIZE), precision.equals("fast"));
        cache = new PagedAttentionOp.Keyed(cache(blocks), cache(blocks));
        queries = queries(batch, perSequence);
        out = queries(batch, perSequence);
        int[] table = new int[batch * width];
        Arrays.setAll(table, i -> i + 1);
        this.table = device.ints(table).as(batch, width);
        queryLengths = new long[batch];
        lengths = new long[batch];
        Arrays.fill(queryLengths, perSequence);
        Arrays.fill(lengths, context);
        double pairs = prefill ? context * (context + 1.0) / 2 : (double) batch * context;
        operations = 4 * pairs * HEADS * HEAD_SIZE;
        bytes = 2.0 * batch * context * KV_HEADS * HEAD_SIZE * Short.BYTES
                + 2.0 * batch * perSequence * HEADS * HEAD_SIZE * Short.BYTES;
    }

    private TensorList cache(int blocks) {
        long width = (long) KV_HEADS * HEAD_SIZE;
        DeviceArray array = device.randomHalves(blocks * BLOCK * width);
        return TensorList.of(Tensor.of(HostDevice.TYPE, new long[] {blocks, BLOCK, width}, array.memory()));
    }

    private Tensor queries(int batch, int perSequence) {
        return device.randomHalves((long) batch * perSequence * HEADS * HEAD_SIZE)
                .as(batch, perSequence, HEADS, HEAD_SIZE);
    }

    @Benchmark
    public void attention(Rates rates) {
        op.attend(queries, cache, table, queryLengths, lengths, phase.equals("prefill") ? op.causal() : op.all(), out);
        device.synchronize();
        rates.add(bytes, operations);
    }

    @TearDown(Level.Trial)
    public void close() {
        cache.close();
        op.close();
        device.close();
    }
}
