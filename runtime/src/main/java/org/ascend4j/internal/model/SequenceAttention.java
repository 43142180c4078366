package org.ascend4j.internal.model;

import java.time.Duration;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.PagedAttentionOp;

/**
 * Attention among the tokens of whole sequences, without a cache: each of a step's sequences by itself, so that none can
 * tell how many others there are. By CANN's fused operator where it has the type, else by plain ones.
 */
final class SequenceAttention implements Attention {
    private final ModelConfig config;
    private final boolean causal;
    private final PagedAttentionOp fused;
    private final PlainSequenceAttention plain;

    /**
     * @param causal whether a token sees only those before it
     * @param timeout how long the step before may take
     */
    SequenceAttention(Ops ops, ModelConfig config, DataType type, boolean causal, Duration timeout) {
        this.config = config;
        this.causal = causal;
        AttentionConfig attention = config.attention();
        boolean composed = type == DataType.FLOAT || attention.softCap() > 0;
        this.plain = composed
                ? new PlainSequenceAttention(ops, config, type, causal, timeout, PlainSequenceAttention.MOST_SCORES)
                : null;
        this.fused = composed
                ? null
                : new PagedAttentionOp(ops, config.heads(), config.kvHeads(), 0, attention.scale(), false);
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
        if (plain != null) {
            plain.attend(layer, inputs.prefills(), q, k, v, out);
            return;
        }
        List<StepInputs.Prefill> sequences = inputs.prefills();
        for (StepInputs.Prefill sequence : sequences) {
            attend(layer, sequence, q, k, v, out);
        }
    }

    private void attend(
            int layer, StepInputs.Prefill sequence, DeviceArray q, DeviceArray k, DeviceArray v, DeviceArray out) {
        long[] shape = {1, sequence.count(), config.heads(), config.headSize()};
        long[] count = {sequence.count()};
        try (PagedAttentionOp.Keyed keyed = new PagedAttentionOp.Keyed(keys(k, sequence), keys(v, sequence))) {
            fused.attend(
                    rows(q, sequence, config.querySize()).as(shape),
                    keyed,
                    null,
                    count,
                    count,
                    sight(layer, sequence.count()),
                    rows(out, sequence, config.querySize()).as(shape));
        }
    }

    private TensorList keys(DeviceArray array, StepInputs.Prefill sequence) {
        long[] shape = {1, sequence.count(), config.kvHeads(), config.headSize()};
        DeviceArray rows = rows(array, sequence, config.kvSize());
        return TensorList.of(Tensor.of(array.type(), shape, rows.memory()));
    }

    private static DeviceArray rows(DeviceArray array, StepInputs.Prefill sequence, int width) {
        return array.slice((long) sequence.firstRow() * width, (long) sequence.count() * width);
    }

    private PagedAttentionOp.Sight sight(int layer, int count) {
        int window = config.attention().window(layer);
        if (!causal || count == 1) {
            return fused.all();
        }
        return window == AttentionConfig.ALL_KEYS ? fused.causal() : fused.causalWithin(window);
    }

    @Override
    public void close() {
        if (plain != null) {
            plain.close();
        } else {
            fused.close();
        }
    }
}
