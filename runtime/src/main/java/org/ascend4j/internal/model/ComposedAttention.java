package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Attention in float32, which the fused operator does not have: for each sequence the cached blocks are gathered, then
 * scores = q · kᵀ, softmax, · v, all by operators that have float32. Made for exactness, not for speed.
 */
final class ComposedAttention implements Attention {
    private static final DataType TYPE = DataType.FLOAT;

    private final Ops ops;
    private final ModelConfig config;
    private final KvCache cache;
    private final KvWriter writer;
    private final TensorArena constants;
    private final TensorArena scratch;
    private final TensorArena masks;
    private final List<Tensor> prefillMasks = new ArrayList<>();
    private final List<Tensor> keyBlocks = new ArrayList<>();
    private final List<Tensor> valueBlocks = new ArrayList<>();
    private final Tensor scale;

    ComposedAttention(Ops ops, ModelConfig config, KvCache cache) {
        this.ops = ops;
        this.config = config;
        this.cache = cache;
        this.writer = new KvWriter(ops, config, cache);
        Device device = ops.device();
        this.constants = new TensorArena(device, 1 << 12);
        this.scratch = new TensorArena(device, 1 << 24);
        this.masks = new TensorArena(device, 1 << 20);
        DeviceArray factor = constants.array(TYPE, 1);
        factor.memory().copyFrom(floats(1).putFloat(0, (float) (1 / Math.sqrt(config.headSize()))));
        this.scale = factor.as(1);
        long blockElements = (long) cache.blockSize() * config.kvSize();
        for (int layer = 0; layer < config.layers(); layer++) {
            keyBlocks.add(cache.layer(layer).keys().as(cache.blocks(), blockElements));
            valueBlocks.add(cache.layer(layer).values().as(cache.blocks(), blockElements));
        }
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
            makeMasks(inputs);
        }
        writer.write(layer, inputs.tokens(), step, k, v);
        for (int row = 0; row < inputs.decodes(); row++) {
            DeviceArray table = step.decodeTables().slice((long) row * inputs.tableWidth(), inputs.tableWidth());
            attendOne(layer, row, 1, (int) inputs.decodeLengths()[row], table, null, q, out);
        }
        for (int i = 0; i < inputs.prefills().size(); i++) {
            StepInputs.Prefill prefill = inputs.prefills().get(i);
            attendOne(
                    layer,
                    prefill.firstRow(),
                    prefill.count(),
                    prefill.length(),
                    step.prefillTables().get(i),
                    prefillMasks.get(i),
                    q,
                    out);
        }
    }

    private void attendOne(
            int layer,
            int firstRow,
            int count,
            int length,
            DeviceArray table,
            Tensor mask,
            DeviceArray q,
            DeviceArray out) {
        scratch.reset();
        int kvHeads = config.kvHeads();
        int group = config.heads() / kvHeads;
        int size = config.headSize();
        long rows = (long) group * count;
        // Heads that share keys lie side by side: (kvHeads, group · count, size).
        DeviceArray queries = scratch.array(TYPE, kvHeads * rows * size);
        ops.copy(queries.as(kvHeads, group, count, size), headMajor(q, firstRow, group, count));
        DeviceArray scaled = scratch.array(TYPE, kvHeads * rows * size);
        ops.mul(queries.as(kvHeads, rows, size), scale, scaled.as(kvHeads, rows, size));

        DeviceArray keys = gathered(keyBlocks.get(layer), table, length);
        DeviceArray scores = scratch.array(TYPE, kvHeads * rows * length);
        ops.batchMatmul(
                scaled.as(kvHeads, rows, size),
                keys.view(new long[] {kvHeads, size, length}, new long[] {(long) length * size, 1, size}, 0),
                scores.as(kvHeads, rows, length));
        if (mask != null) {
            ops.add(scores.as(config.heads(), count, length), mask, scores.as(config.heads(), count, length));
        }
        DeviceArray weights = scratch.array(TYPE, kvHeads * rows * length);
        ops.softmax(scores.as(kvHeads, rows, length), weights.as(kvHeads, rows, length));

        DeviceArray values = gathered(valueBlocks.get(layer), table, length);
        DeviceArray mixed = scratch.array(TYPE, kvHeads * rows * size);
        ops.batchMatmul(
                weights.as(kvHeads, rows, length), values.as(kvHeads, length, size), mixed.as(kvHeads, rows, size));
        ops.copy(headMajor(out, firstRow, group, count), mixed.as(kvHeads, group, count, size));
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

    /** The first {@code length} cached entries of a sequence as (kvHeads, length, size). */
    private DeviceArray gathered(Tensor blocks, DeviceArray table, int length) {
        int blockSize = cache.blockSize();
        long used = (length + blockSize - 1) / blockSize;
        long blockElements = (long) blockSize * config.kvSize();
        DeviceArray joined = scratch.array(TYPE, used * blockElements);
        ops.gather(blocks, table.slice(0, used).as(used), joined.as(used, blockElements));
        long heads = config.kvHeads();
        long size = config.headSize();
        DeviceArray packed = scratch.array(TYPE, heads * length * size);
        ops.copy(
                packed.as(heads, length, size),
                joined.view(new long[] {heads, length, size}, new long[] {size, config.kvSize(), 1}, 0));
        return packed;
    }

    private void makeMasks(StepInputs inputs) {
        prefillMasks.clear();
        masks.reset();
        for (StepInputs.Prefill prefill : inputs.prefills()) {
            prefillMasks.add(causalMask(prefill.count(), prefill.length()));
        }
    }

    /** (1, count, length): query i of the last {@code count} positions must not see the keys behind it. */
    private Tensor causalMask(int count, int length) {
        ByteBuffer mask = floats(Math.multiplyExact(count, length));
        for (int i = 0; i < count; i++) {
            for (int key = length - count + i + 1; key < length; key++) {
                mask.putFloat((i * length + key) * Float.BYTES, Float.NEGATIVE_INFINITY);
            }
        }
        DeviceArray target = masks.array(TYPE, (long) count * length);
        // Blocking, so not ordered behind the stream; no earlier step runs any more when a step uploads its inputs.
        target.memory().copyFrom(mask);
        return target.as(1, count, length);
    }

    private static ByteBuffer floats(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        masks.close();
        scratch.close();
        constants.close();
    }
}
