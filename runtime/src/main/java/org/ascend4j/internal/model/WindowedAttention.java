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
 * As {@link FusedAttention}, for models some of whose layers see a window: prefills by the operator's band mode, single
 * queries, for which it has no modes, by masks. Masks change from step to step, so a step's attention is never captured.
 */
final class WindowedAttention implements Attention {
    private final ModelConfig config;
    private final int blockSize;
    private final KvWriter writer;
    private final PagedAttentionOp op;
    private final WindowMasks masks;
    private final List<PagedAttentionOp.Keyed> caches = new ArrayList<>();

    /** What this step's decodes see, by window. */
    private final Map<Integer, Sight> decodeSights = new HashMap<>();

    WindowedAttention(Ops ops, ModelConfig config, KvCache cache, boolean fast) {
        this.config = config;
        this.blockSize = cache.blockSize();
        this.writer = new KvWriter(ops, config, cache);
        this.op = new PagedAttentionOp(
                ops,
                config.heads(),
                config.kvHeads(),
                blockSize,
                config.attention().scale(),
                fast);
        this.masks = new WindowMasks(ops.device());
        long[] shape = {cache.blocks(), blockSize, config.kvSize()};
        try {
            for (int layer = 0; layer < config.layers(); layer++) {
                caches.add(new PagedAttentionOp.Keyed(
                        list(cache.layer(layer).keys(), shape),
                        list(cache.layer(layer).values(), shape)));
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
            masks.nextStep();
            decodeSights.clear();
        }
        writer.write(layer, inputs.tokens(), step, k, v);
        int window = config.attention().window(layer);
        if (inputs.decodes() > 0) {
            Sight sight = decodeSights.computeIfAbsent(
                    window, width -> single(inputs.decodeLengths(), width, inputs.tableWidth()));
            attendDecodes(layer, inputs, step, sight, q, out);
        }
        for (int i = 0; i < inputs.prefills().size(); i++) {
            StepInputs.Prefill prefill = inputs.prefills().get(i);
            attendPrefill(layer, prefill, step.prefillTables().get(i), several(prefill, window), q, out);
        }
    }

    /** What single queries see. */
    private Sight single(long[] lengths, int window, int blocks) {
        Tensor hidden = masks.of(lengths, window, blocks * blockSize);
        return hidden == null ? op.all() : op.unless(hidden);
    }

    private Sight several(StepInputs.Prefill prefill, int window) {
        if (prefill.count() == 1) {
            return single(new long[] {prefill.length()}, window, prefill.blockTable().length);
        }
        return window == AttentionConfig.ALL_KEYS ? op.causal() : op.causalWithin(window);
    }

    private void attendDecodes(
            int layer, StepInputs inputs, StepTensors step, Sight sight, DeviceArray q, DeviceArray out) {
        int batch = inputs.decodes();
        long[] one = new long[batch];
        Arrays.fill(one, 1);
        op.attend(
                q.as(batch, 1, config.heads(), config.headSize()),
                caches.get(layer),
                step.decodeTables().as(batch, inputs.tableWidth()),
                one,
                inputs.decodeLengths(),
                sight,
                out.as(batch, 1, config.heads(), config.headSize()));
    }

    private void attendPrefill(
            int layer, StepInputs.Prefill prefill, DeviceArray table, Sight sight, DeviceArray q, DeviceArray out) {
        long first = (long) prefill.firstRow() * config.querySize();
        long elements = (long) prefill.count() * config.querySize();
        long[] shape = {1, prefill.count(), config.heads(), config.headSize()};
        op.attend(
                q.slice(first, elements).as(shape),
                caches.get(layer),
                table.as(1, prefill.blockTable().length),
                new long[] {prefill.count()},
                new long[] {prefill.length()},
                sight,
                out.slice(first, elements).as(shape));
    }

    @Override
    public void close() {
        caches.forEach(PagedAttentionOp.Keyed::close);
        masks.close();
        op.close();
    }
}
