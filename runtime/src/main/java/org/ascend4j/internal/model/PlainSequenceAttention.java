package org.ascend4j.internal.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs.Prefill;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.ActivationType;

/**
 * Attention among the tokens of one sequence at a time by plain operators: scores = q · kᵀ, softmax, · v. For float32 and
 * for soft caps, which the fused operator does not have; made for exactness, not for speed. Long sequences are worked on
 * some queries at a time, which bounds memory and changes no result.
 */
final class PlainSequenceAttention implements AutoCloseable {
    /** Scores that are in memory at once, about. */
    static final long MOST_SCORES = 1L << 24;

    /** What a run of queries may not see, by window. */
    private record Hidden(int length, int from, int count, int window) {}

    private final Ops ops;
    private final ModelConfig config;
    private final DataType type;
    private final boolean causal;
    private final Duration timeout;
    private final long mostScores;
    private final TensorArena constants;
    private final TensorArena sequences;
    private final TensorArena scratch;
    private final TensorArena masks;
    private final Map<Hidden, Tensor> hidden = new HashMap<>();
    private final Tensor scale;
    private final SoftCap softCap;

    /** @param mostScores about as many are in memory at once */
    PlainSequenceAttention(
            Ops ops, ModelConfig config, DataType type, boolean causal, Duration timeout, long mostScores) {
        this.ops = ops;
        this.config = config;
        this.type = type;
        this.causal = causal;
        this.timeout = timeout;
        this.mostScores = mostScores;
        this.constants = new TensorArena(ops.device(), 1 << 12);
        this.sequences = new TensorArena(ops.device(), 1 << 20);
        this.scratch = new TensorArena(ops.device(), 1 << 22);
        this.masks = new TensorArena(ops.device(), 1 << 20);
        this.scale = constant((float) config.attention().scale());
        float cap = config.attention().softCap();
        this.softCap = cap == 0 ? null : new SoftCap(constant(cap), constant(1 / cap));
    }

    private Tensor constant(float value) {
        DeviceArray array = constants.array(type, 1);
        array.memory().copyFrom(ActivationType.of(type).direct(new float[] {value}));
        return array.as(1);
    }

    void attend(int layer, List<Prefill> all, DeviceArray q, DeviceArray k, DeviceArray v, DeviceArray out) {
        if (layer == 0) {
            // Masks are written by blocking copies, which no queue orders.
            ops.stream().synchronize(timeout);
            hidden.clear();
            masks.reset();
        }
        for (Prefill sequence : all) {
            sequences.reset();
            DeviceArray keys = packed(k, sequence);
            DeviceArray values = packed(v, sequence);
            int most = (int) Math.max(1, mostScores / config.heads() / sequence.count());
            for (int from = 0; from < sequence.count(); from += most) {
                int count = Math.min(most, sequence.count() - from);
                scratch.reset();
                attend(layer, sequence, from, count, q, keys, values, out);
            }
        }
    }

    /** A sequence's rows of (T, kvHeads, size) as (kvHeads, length, size). */
    private DeviceArray packed(DeviceArray array, Prefill sequence) {
        long size = config.headSize();
        long heads = config.kvHeads();
        long length = sequence.count();
        DeviceArray packed = sequences.array(type, heads * length * size);
        ops.copy(
                packed.as(heads, length, size),
                array.view(
                        new long[] {heads, length, size},
                        new long[] {size, config.kvSize(), 1},
                        (long) sequence.firstRow() * config.kvSize()));
        return packed;
    }

    private void attend(
            int layer,
            Prefill sequence,
            int from,
            int count,
            DeviceArray q,
            DeviceArray keys,
            DeviceArray values,
            DeviceArray out) {
        long kvHeads = config.kvHeads();
        long group = config.heads() / kvHeads;
        long size = config.headSize();
        long length = sequence.count();
        long rows = group * count;
        int first = sequence.firstRow() + from;
        DeviceArray queries = scratch.array(type, kvHeads * rows * size);
        ops.copy(queries.as(kvHeads, group, count, size), headMajor(q, first, count));
        DeviceArray scaled = scratch.array(type, kvHeads * rows * size);
        ops.mul(queries.as(kvHeads, rows, size), scale, scaled.as(kvHeads, rows, size));
        DeviceArray scores = scratch.array(type, kvHeads * rows * length);
        ops.batchMatmul(
                scaled.as(kvHeads, rows, size),
                keys.view(new long[] {kvHeads, size, length}, new long[] {length * size, 1, size}, 0),
                scores.as(kvHeads, rows, length));
        Tensor byHead = scores.as(config.heads(), count, length);
        if (softCap != null) {
            softCap.apply(ops, byHead);
        }
        if (causal) {
            int window = config.attention().window(layer);
            Hidden key = new Hidden(sequence.count(), from, count, window);
            ops.add(byHead, hidden.computeIfAbsent(key, this::mask), byHead);
        }
        DeviceArray weights = scratch.array(type, kvHeads * rows * length);
        ops.softmax(scores.as(kvHeads, rows, length), weights.as(kvHeads, rows, length));
        DeviceArray mixed = scratch.array(type, kvHeads * rows * size);
        ops.batchMatmul(
                weights.as(kvHeads, rows, length), values.as(kvHeads, length, size), mixed.as(kvHeads, rows, size));
        ops.copy(headMajor(out, first, count), mixed.as(kvHeads, group, count, size));
    }

    /** Rows of (T, heads, size) seen as (kvHeads, group, count, size). */
    private Tensor headMajor(DeviceArray array, int firstRow, int count) {
        long size = config.headSize();
        long group = config.heads() / config.kvHeads();
        long width = config.querySize();
        return array.view(
                new long[] {config.kvHeads(), group, count, size},
                new long[] {group * size, size, width, 1},
                firstRow * width);
    }

    /** (1, count, length): minus infinity where a query does not see a key. */
    private Tensor mask(Hidden which) {
        float[] mask = new float[Math.multiplyExact(which.count(), which.length())];
        for (int i = 0; i < which.count(); i++) {
            int end = which.from() + i + 1;
            int begin = which.window() == AttentionConfig.ALL_KEYS ? 0 : Math.max(0, end - which.window());
            Arrays.fill(mask, i * which.length(), i * which.length() + begin, Float.NEGATIVE_INFINITY);
            Arrays.fill(mask, i * which.length() + end, (i + 1) * which.length(), Float.NEGATIVE_INFINITY);
        }
        DeviceArray target = masks.array(type, mask.length);
        target.memory().copyFrom(ActivationType.of(type).direct(mask));
        return target.as(1, which.count(), which.length());
    }

    @Override
    public void close() {
        masks.close();
        scratch.close();
        sequences.close();
        constants.close();
    }
}
