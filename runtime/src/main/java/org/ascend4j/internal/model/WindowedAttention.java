package org.ascend4j.internal.model;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.PagedAttentionOp.Sight;

/**
 * As {@link FusedAttention}, for models some of whose layers see a window: prefills by the operator's band mode, single
 * queries, for which it has no modes, by masks. Masks change from step to step, so attention is captured only while all
 * contexts fit in the windows, where it needs none.
 */
final class WindowedAttention implements Attention {
    private final AttentionConfig config;
    private final int blockSize;
    private final FusedAttention fused;
    private final WindowMasks masks;

    /** The smallest window of any layer. */
    private final int narrowest;

    /** What this step's decodes see, by window. */
    private final Map<Integer, Sight> decodeSights = new HashMap<>();

    /** @param fused closes with this */
    WindowedAttention(Ops ops, ModelConfig config, KvCache cache, FusedAttention fused) {
        this.config = config.attention();
        this.blockSize = cache.blockSize();
        this.fused = fused;
        this.masks = new WindowMasks(ops.device());
        this.narrowest = IntStream.range(0, config.layers())
                .map(this.config::window)
                .filter(window -> window != AttentionConfig.ALL_KEYS)
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    @Override
    public FusedAttention whole() {
        return fused;
    }

    @Override
    public boolean isWhole(long[] lengths) {
        for (long length : lengths) {
            if (length > narrowest) {
                return false;
            }
        }
        return true;
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
        fused.write(layer, inputs.tokens(), step, k, v);
        int window = config.window(layer);
        if (inputs.decodes() > 0) {
            Sight sight = decodeSights.computeIfAbsent(
                    window, width -> single(inputs.decodeLengths(), width, inputs.tableWidth()));
            fused.attendDecodes(layer, inputs, step, sight, q, out);
        }
        for (int i = 0; i < inputs.prefills().size(); i++) {
            StepInputs.Prefill prefill = inputs.prefills().get(i);
            fused.attendPrefill(layer, prefill, step.prefillTables().get(i), several(prefill, window), q, out);
        }
    }

    /** What single queries see. */
    private Sight single(long[] lengths, int window, int blocks) {
        Tensor hidden = masks.of(lengths, window, blocks * blockSize);
        return hidden == null ? fused.op().all() : fused.op().unless(hidden);
    }

    private Sight several(StepInputs.Prefill prefill, int window) {
        if (prefill.count() == 1) {
            return single(new long[] {prefill.length()}, window, prefill.blockTable().length);
        }
        return window == AttentionConfig.ALL_KEYS
                ? fused.op().causal()
                : fused.op().causalWithin(window);
    }

    @Override
    public void close() {
        masks.close();
        fused.close();
    }
}
