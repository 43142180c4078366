package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;

/**
 * Writes keys and values into their slots: by aclnnScatterPaKvCache where CANN has it (8.3 and later, not for float32),
 * else by aclnnScatterNdUpdate over the flattened caches.
 */
final class KvWriter {
    private final Ops ops;
    private final ModelConfig config;
    private final boolean fused;
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    KvWriter(Ops ops, ModelConfig config, KvCache cache) {
        this.ops = ops;
        this.config = config;
        this.fused = cache.type() != DataType.FLOAT && ops.has("aclnnScatterPaKvCache");
        long[] shape = fused
                ? new long[] {cache.blocks(), cache.blockSize(), config.kvHeads(), config.headSize()}
                : new long[] {(long) cache.blocks() * cache.blockSize(), config.kvHeads(), config.headSize()};
        for (int layer = 0; layer < config.layers(); layer++) {
            keys.add(cache.layer(layer).keys().as(shape));
            values.add(cache.layer(layer).values().as(shape));
        }
    }

    /** As {@link Attention#attend}. */
    void write(int layer, int tokens, StepTensors step, DeviceArray k, DeviceArray v) {
        Tensor newKeys = k.as(tokens, config.kvHeads(), config.headSize());
        Tensor newValues = v.as(tokens, config.kvHeads(), config.headSize());
        if (fused) {
            ops.scatterKv(newKeys, keys.get(layer), step.slots().as(tokens), newValues, values.get(layer));
        } else {
            Tensor slots = step.slots().as(tokens, 1);
            ops.scatterRows(keys.get(layer), slots, newKeys);
            ops.scatterRows(values.get(layer), slots, newValues);
        }
    }
}
