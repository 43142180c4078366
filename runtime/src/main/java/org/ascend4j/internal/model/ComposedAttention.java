package org.ascend4j.internal.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.ActivationType;

/**
 * Attention of plain operators, for what the fused one does not have: float32, and soft caps of scores. For each sequence the cached blocks are gathered, then
 * scores = q · kᵀ, softmax, · v, all by operators that have float32. Made
 * for exactness, not for speed.
 */
final class ComposedAttention implements Attention {
    /**
     * One sequence's rows in this step.
     *
     * @param length tokens in its cache
     * @param keys slots of the blocks that hold them
     * @param masks what its queries see, by window
     */
    private record Run(
            int firstRow, int count, int length, int blocks, int keys, DeviceArray table, Map<Integer, Tensor> masks) {}

    private final Ops ops;
    private final DataType type;
    private final Duration timeout;
    private final ModelConfig config;
    private final KvCache cache;
    private final KvWriter writer;
    private final TensorArena constants;
    private final TensorArena scratch;
    private final TensorArena masks;
    private final List<Run> runs = new ArrayList<>();
    private final List<Tensor> keyBlocks = new ArrayList<>();
    private final List<Tensor> valueBlocks = new ArrayList<>();
    private final Tensor scale;
    private final SoftCap softCap;

    /** @param timeout how long the step before may take */
    ComposedAttention(Ops ops, ModelConfig config, KvCache cache, Duration timeout) {
        this.ops = ops;
        this.timeout = timeout;
        this.config = config;
        this.cache = cache;
        this.type = cache.type();
        this.writer = new KvWriter(ops, config, cache);
        Device device = ops.device();
        this.constants = new TensorArena(device, 1 << 12);
        this.scratch = new TensorArena(device, 1 << 24);
        this.masks = new TensorArena(device, 1 << 20);
        this.scale = constant((float) config.attention().scale());
        float cap = config.attention().softCap();
        this.softCap = cap == 0 ? null : new SoftCap(constant(cap), constant(1 / cap));
        long blockElements = (long) cache.blockSize() * config.kvSize();
        for (int layer = 0; layer < config.layers(); layer++) {
            keyBlocks.add(cache.layer(layer).keys().as(cache.span(), blockElements));
            valueBlocks.add(cache.layer(layer).values().as(cache.span(), blockElements));
        }
    }

    private Tensor constant(float value) {
        DeviceArray array = constants.array(type, 1);
        array.memory().copyFrom(ActivationType.of(type).direct(new float[] {value}));
        return array.as(1);
    }

    @Override
    public void attend(
            int layer,
            StepInputs inputs,
            StepTensors step,
            DeviceArray q,
            DeviceArray k,
            DeviceArray v,
            DeviceArray out) {
        if (layer == 0) {
            plan(inputs, step);
        }
        writer.write(layer, inputs.tokens(), step, k, v);
        for (Run run : runs) {
            attend(layer, run, q, out);
        }
    }

    private void plan(StepInputs inputs, StepTensors step) {
        runs.clear();
        masks.reset();
        // Masks are written by blocking copies, which no queue orders.
        ops.stream().synchronize(timeout);
        for (int row = 0; row < inputs.decodes(); row++) {
            long width = inputs.tableWidth();
            run(row, 1, (int) inputs.decodeLengths()[row], step.decodeTables().slice(row * width, width));
        }
        for (int i = 0; i < inputs.prefills().size(); i++) {
            StepInputs.Prefill prefill = inputs.prefills().get(i);
            run(
                    prefill.firstRow(),
                    prefill.count(),
                    prefill.length(),
                    step.prefillTables().get(i));
        }
    }

    private void run(int firstRow, int count, int length, DeviceArray table) {
        int blocks = (length + cache.blockSize() - 1) / cache.blockSize();
        int keys = blocks * cache.blockSize();
        Map<Integer, Tensor> masks = new HashMap<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            masks.computeIfAbsent(config.attention().window(layer), window -> causalMask(count, length, keys, window));
        }
        runs.add(new Run(firstRow, count, length, blocks, keys, table, masks));
    }

    private void attend(int layer, Run run, DeviceArray q, DeviceArray out) {
        scratch.reset();
        int kvHeads = config.kvHeads();
        int group = config.heads() / kvHeads;
        int size = config.headSize();
        long rows = (long) group * run.count;
        // Heads that share keys lie side by side: (kvHeads, group · count, size).
        DeviceArray queries = scratch.array(type, kvHeads * rows * size);
        ops.copy(queries.as(kvHeads, group, run.count, size), headMajor(q, run.firstRow, group, run.count));
        DeviceArray scaled = scratch.array(type, kvHeads * rows * size);
        ops.mul(queries.as(kvHeads, rows, size), scale, scaled.as(kvHeads, rows, size));

        DeviceArray keys = gathered(keyBlocks.get(layer), run);
        DeviceArray scores = scratch.array(type, kvHeads * rows * run.keys);
        ops.batchMatmul(
                scaled.as(kvHeads, rows, size),
                keys.view(new long[] {kvHeads, size, run.keys}, new long[] {(long) run.keys * size, 1, size}, 0),
                scores.as(kvHeads, rows, run.keys));
        Tensor byHead = scores.as(config.heads(), run.count, run.keys);
        if (softCap != null) {
            softCap.apply(ops, byHead);
        }
        ops.add(byHead, run.masks.get(config.attention().window(layer)), byHead);
        DeviceArray weights = scratch.array(type, kvHeads * rows * run.keys);
        ops.softmax(scores.as(kvHeads, rows, run.keys), weights.as(kvHeads, rows, run.keys));

        DeviceArray values = gathered(valueBlocks.get(layer), run);
        DeviceArray mixed = scratch.array(type, kvHeads * rows * size);
        ops.batchMatmul(
                weights.as(kvHeads, rows, run.keys), values.as(kvHeads, run.keys, size), mixed.as(kvHeads, rows, size));
        ops.copy(headMajor(out, run.firstRow, group, run.count), mixed.as(kvHeads, group, run.count, size));
    }

    /** Rows of (T, heads, size) seen as (kvHeads, group, count, size). */
    private Tensor headMajor(DeviceArray array, int firstRow, int group, int count) {
        long size = config.headSize();
        long width = config.querySize();
        return array.view(
                new long[] {config.kvHeads(), group, count, size},
                new long[] {group * size, size, width, 1},
                firstRow * width);
    }

    /** A sequence's cached entries as (kvHeads, keys, size), zero behind its length. */
    private DeviceArray gathered(Tensor blocks, Run run) {
        long blockElements = (long) cache.blockSize() * config.kvSize();
        DeviceArray joined = scratch.array(type, run.blocks * blockElements);
        ops.gather(blocks, run.table.slice(0, run.blocks).as(run.blocks), joined.as(run.blocks, blockElements));
        long heads = config.kvHeads();
        long size = config.headSize();
        DeviceArray packed = scratch.array(type, heads * run.keys * size);
        packed.memory().fillAsync(0, packed.memory().size(), (byte) 0, ops.stream());
        ops.copy(
                packed.view(new long[] {heads, run.length, size}, new long[] {run.keys * size, size, 1}, 0),
                joined.view(new long[] {heads, run.length, size}, new long[] {size, config.kvSize(), 1}, 0));
        return packed;
    }

    /**
     * (1, count, keys): query i of the last {@code count} positions sees the keys up to its own, and of them the last
     * {@code window}. Whole blocks are summed over, the rest of the last one masked, so that a sum over keys has one
     * order however a prompt was cut.
     */
    private Tensor causalMask(int count, int length, int keys, int window) {
        float[] mask = new float[Math.multiplyExact(count, keys)];
        for (int i = 0; i < count; i++) {
            int end = length - count + i + 1;
            int begin = window == AttentionConfig.ALL_KEYS ? 0 : Math.max(0, end - window);
            Arrays.fill(mask, i * keys, i * keys + begin, Float.NEGATIVE_INFINITY);
            Arrays.fill(mask, i * keys + end, (i + 1) * keys, Float.NEGATIVE_INFINITY);
        }
        DeviceArray target = masks.array(type, (long) count * keys);
        target.memory().copyFrom(ActivationType.of(type).direct(mask));
        return target.as(1, count, keys);
    }

    @Override
    public void close() {
        masks.close();
        scratch.close();
        constants.close();
    }
}
