package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.QuantOps;

/**
 * Writes keys and values into their slots: by aclnnScatterPaKvCache where CANN has it (8.3 and later, not for float32),
 * else by aclnnScatterNdUpdate over the flattened caches. Where the cache is int8, a token's keys and its values each get
 * a scale of their own, by which their greatest becomes 127: what is written depends on that token alone.
 */
final class KvWriter {
    private final Ops ops;
    private final ModelConfig config;
    private final QuantOps quant;
    private final KvCache.Staging staging;
    private final boolean fused;
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final List<Tensor> keyScales = new ArrayList<>();
    private final List<Tensor> valueScales = new ArrayList<>();

    KvWriter(Ops ops, ModelConfig config, KvCache cache) {
        this.ops = ops;
        this.config = config;
        this.quant = new QuantOps(ops);
        this.staging = cache.staging();
        this.fused = cache.type() != DataType.FLOAT && ops.has("aclnnScatterPaKvCache");
        long[] shape = fused
                ? new long[] {cache.span(), cache.blockSize(), config.kvHeads(), config.headSize()}
                : new long[] {(long) cache.span() * cache.blockSize(), config.kvHeads(), config.headSize()};
        for (int layer = 0; layer < config.layers(); layer++) {
            keys.add(cache.layer(layer).keys().as(shape));
            values.add(cache.layer(layer).values().as(shape));
            if (staging != null) {
                long slots = (long) cache.span() * cache.blockSize();
                keyScales.add(cache.layer(layer).keyScales().as(slots));
                valueScales.add(cache.layer(layer).valueScales().as(slots));
            }
        }
    }

    /** As {@link Attention#attend}. */
    void write(int layer, int tokens, StepTensors step, DeviceArray k, DeviceArray v) {
        if (staging == null) {
            scatter(layer, tokens, step, k, v);
            return;
        }
        DeviceArray keys = staging.keys().beside(k);
        DeviceArray values = staging.values().beside(v);
        Tensor keyFactors = staging.keyScales().beside(k).as(tokens);
        Tensor valueFactors = staging.valueScales().beside(v).as(tokens);
        quant.quantizeRows(k.as(tokens, config.kvSize()), keys.as(tokens, config.kvSize()), keyFactors);
        quant.quantizeRows(v.as(tokens, config.kvSize()), values.as(tokens, config.kvSize()), valueFactors);
        scatter(layer, tokens, step, keys, values);
        Tensor slots = step.slots().as(tokens, 1);
        ops.scatterRows(keyScales.get(layer), slots, keyFactors);
        ops.scatterRows(valueScales.get(layer), slots, valueFactors);
    }

    private void scatter(int layer, int tokens, StepTensors step, DeviceArray k, DeviceArray v) {
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
