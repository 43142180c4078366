package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.PagedAttentionOp;
import org.ascend4j.internal.ops.PagedAttentionOp.Sight;

/**
 * Attention by CANN's fused operator: one call for all decodes of a step and one for each prefill, a division that every
 * CANN since 8.0 takes.
 */
final class FusedAttention implements Attention {
    private final ModelConfig config;
    private final int blockSize;
    private final KvWriter writer;
    private final PagedAttentionOp op;
    private final WindowMasks masks;
    private final Map<Integer, Tensor> decodeMasks = new HashMap<>();
    private final List<TensorList> keys = new ArrayList<>();
    private final List<TensorList> values = new ArrayList<>();

    FusedAttention(Ops ops, ModelConfig config, KvCache cache) {
        this.config = config;
        this.blockSize = cache.blockSize();
        this.writer = new KvWriter(ops, config, cache);
        this.op = new PagedAttentionOp(
                ops,
                config.heads(),
                config.kvHeads(),
                cache.blockSize(),
                config.attention().scale());
        this.masks = new WindowMasks(ops.device());
        long[] shape = {cache.blocks(), cache.blockSize(), config.kvSize()};
        try {
            for (int layer = 0; layer < config.layers(); layer++) {
                keys.add(list(cache.layer(layer).keys(), shape));
                values.add(list(cache.layer(layer).values(), shape));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static TensorList list(DeviceArray array, long[] shape) {
        return TensorList.of(Tensor.of(array.type(), shape, array.memory()));
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
            masks.reset();
            decodeMasks.clear();
        }
        writer.write(layer, inputs.tokens(), step, k, v);
        if (inputs.decodes() > 0) {
            attendDecodes(layer, inputs, step, q, out);
        }
        for (int i = 0; i < inputs.prefills().size(); i++) {
            attendPrefill(layer, inputs.prefills().get(i), step.prefillTables().get(i), q, out);
        }
    }

    private void attendDecodes(int layer, StepInputs inputs, StepTensors step, DeviceArray q, DeviceArray out) {
        int batch = inputs.decodes();
        long[] one = new long[batch];
        Arrays.fill(one, 1);
        Tensor hidden = decodeMasks.computeIfAbsent(
                config.attention().window(layer), window -> mask(inputs.decodeLengths(), window, inputs.tableWidth()));
        op.attend(
                q.as(batch, 1, config.heads(), config.headSize()),
                keys.get(layer),
                values.get(layer),
                step.decodeTables().as(batch, inputs.tableWidth()),
                one,
                inputs.decodeLengths(),
                hidden == null ? op.all() : op.unless(hidden),
                out.as(batch, 1, config.heads(), config.headSize()));
    }

    private void attendPrefill(
            int layer, StepInputs.Prefill prefill, DeviceArray table, DeviceArray q, DeviceArray out) {
        long first = (long) prefill.firstRow() * config.querySize();
        long elements = (long) prefill.count() * config.querySize();
        long[] shape = {1, prefill.count(), config.heads(), config.headSize()};
        op.attend(
                q.slice(first, elements).as(shape),
                keys.get(layer),
                values.get(layer),
                table.as(1, prefill.blockTable().length),
                new long[] {prefill.count()},
                new long[] {prefill.length()},
                sight(config.attention().window(layer), prefill),
                out.slice(first, elements).as(shape));
    }

    private Sight sight(int window, StepInputs.Prefill prefill) {
        if (prefill.count() == 1) {
            Tensor hidden = mask(new long[] {prefill.length()}, window, prefill.blockTable().length);
            return hidden == null ? op.all() : op.unless(hidden);
        }
        return window == AttentionConfig.ALL_KEYS ? op.causal() : op.causalWithin(window);
    }

    private Tensor mask(long[] lengths, int window, int blocks) {
        return masks.of(lengths, window, blocks * blockSize);
    }

    @Override
    public void close() {
        keys.forEach(TensorList::close);
        values.forEach(TensorList::close);
        masks.close();
        op.close();
    }
}
