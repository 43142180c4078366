package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.PagedAttentionOp;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Brings one sequence's keys and values from a cache of int8 to the type of activations, side by side: each is multiplied
 * by its token's scale in float32 and rounded once, which is what the operator does where it reads such a cache itself.
 */
final class KvWidener {
    private final Ops ops;
    private final ModelConfig config;
    private final KvCache cache;
    private final DataType type;

    /** @param type of activations */
    KvWidener(Ops ops, ModelConfig config, KvCache cache, DataType type) {
        this.ops = ops;
        this.config = config;
        this.cache = cache;
        this.type = type;
    }

    /**
     * Queues what it takes. The memory is used again by the next call, behind what is queued in between.
     *
     * @param table (blocks) int32
     * @return (1, blocks · blockSize, kvHeads, headSize), the last block's end as the cache has it
     */
    PagedAttentionOp.Keyed widen(int layer, Tensor table, int blocks) {
        cache.scratch().reset();
        KvCache.Layer from = cache.layer(layer);
        DeviceArray keys = numbers(from.keys(), from.keyScales(), table, blocks);
        DeviceArray values = numbers(from.values(), from.valueScales(), table, blocks);
        long[] shape = {1, (long) blocks * cache.blockSize(), config.kvHeads(), config.headSize()};
        return new PagedAttentionOp.Keyed(list(keys, shape), list(values, shape));
    }

    private DeviceArray numbers(DeviceArray stored, DeviceArray scales, Tensor table, int blocks) {
        TensorArena arena = cache.scratch();
        long slots = (long) blocks * cache.blockSize();
        long blockElements = (long) cache.blockSize() * config.kvSize();
        long elements = slots * config.kvSize();
        DeviceArray bytes = arena.array(DataType.INT8, elements);
        DeviceArray whole = arena.array(DataType.BF16, elements);
        DeviceArray factors = arena.array(DataType.FLOAT, slots);
        DeviceArray products = arena.array(DataType.FLOAT, elements);
        DeviceArray numbers = arena.array(type, elements);
        ops.gather(stored.in(arena).as(cache.span(), blockElements), table, bytes.as(blocks, blockElements));
        ops.gather(scales.in(arena).as(cache.span(), cache.blockSize()), table, factors.as(blocks, cache.blockSize()));
        // A byte fits bfloat16, for which there are kernels; not all have one for bytes.
        ops.cast(bytes.as(elements), DataType.BF16, whole.as(elements));
        ops.mul(whole.as(slots, config.kvSize()), factors.as(slots, 1), products.as(slots, config.kvSize()));
        ops.cast(products.as(elements), type, numbers.as(elements));
        return numbers;
    }

    private TensorList list(DeviceArray array, long[] shape) {
        return TensorList.of(Tensor.of(type, shape, array.memory()));
    }
}
