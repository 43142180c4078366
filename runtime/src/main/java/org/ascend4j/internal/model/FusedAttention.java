package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.IntArray;
import org.ascend4j.internal.acl.StepProgram;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.PagedAttentionOp;

/**
 * Attention by CANN's fused operator: one call for all decodes of a step and one for each prefill, a division that every
 * CANN since 8.0 takes. A cache of int8 is read as it is by decodes; for prefills the operator has no such form, so their
 * keys and values are multiplied out first, to the very numbers that decodes work with.
 */
final class FusedAttention implements Attention {
    private final ModelConfig config;
    private final KvWriter writer;
    private final PagedAttentionOp op;
    private final List<PagedAttentionOp.Keyed> caches = new ArrayList<>();
    private final KvWidener widener;

    /**
     * @param type of activations
     * @param fast as {@link PagedAttentionOp} has it
     */
    FusedAttention(Ops ops, ModelConfig config, KvCache cache, DataType type, boolean fast) {
        this.config = config;
        this.writer = new KvWriter(ops, config, cache);
        this.widener = cache.type() == DataType.INT8 ? new KvWidener(ops, config, cache, type) : null;
        this.op = new PagedAttentionOp(
                ops,
                config.heads(),
                config.kvHeads(),
                cache.blockSize(),
                config.attention().scale(),
                fast);
        long[] shape = {cache.span(), cache.blockSize(), config.kvSize()};
        try {
            for (int layer = 0; layer < config.layers(); layer++) {
                caches.add(keyed(cache, cache.layer(layer), shape));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static PagedAttentionOp.Keyed keyed(KvCache cache, KvCache.Layer layer, long[] shape) {
        TensorList keys = list(layer.keys(), shape);
        TensorList values = list(layer.values(), shape);
        return layer.keyScales() == null
                ? new PagedAttentionOp.Keyed(keys, values)
                : new PagedAttentionOp.Keyed(
                        keys,
                        values,
                        layer.keyScales().as(cache.span(), cache.blockSize()),
                        layer.valueScales().as(cache.span(), cache.blockSize()));
    }

    private static TensorList list(DeviceArray array, long[] shape) {
        return TensorList.of(Tensor.of(array.type(), shape, array.memory()));
    }

    @Override
    public FusedAttention whole() {
        return this;
    }

    /** The operator, which tells what queries may see. */
    PagedAttentionOp op() {
        return op;
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
        write(layer, inputs.tokens(), step, k, v);
        if (inputs.decodes() > 0) {
            attendDecodes(layer, inputs, step, q, out);
        }
        for (int i = 0; i < inputs.prefills().size(); i++) {
            attendPrefill(layer, inputs.prefills().get(i), step.prefillTables().get(i), op.causal(), q, out);
        }
    }

    /** Writes a layer's new keys and values into the cache. */
    void write(int layer, int tokens, StepTensors step, DeviceArray k, DeviceArray v) {
        writer.write(layer, tokens, step, k, v);
    }

    /** Appends what {@link #attendDecodes} calls to a program, which takes the lengths as its first values. */
    void append(
            StepProgram program,
            Stream stream,
            int layer,
            StepInputs inputs,
            StepTensors step,
            IntArray ones,
            DeviceArray q,
            DeviceArray out) {
        int batch = inputs.decodes();
        op.append(
                program,
                stream,
                q.as(batch, 1, config.heads(), config.headSize()),
                caches.get(layer),
                step.decodeTables().as(batch, inputs.tableWidth()),
                ones,
                batch,
                out.as(batch, 1, config.heads(), config.headSize()));
    }

    /** Attends for all single rows of a step, which see all keys. */
    void attendDecodes(int layer, StepInputs inputs, StepTensors step, DeviceArray q, DeviceArray out) {
        attendDecodes(layer, inputs, step, op.all(), q, out);
    }

    /** Attends for all single rows of a step. */
    void attendDecodes(
            int layer,
            StepInputs inputs,
            StepTensors step,
            PagedAttentionOp.Sight sight,
            DeviceArray q,
            DeviceArray out) {
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

    /** Attends for several rows of one sequence. */
    void attendPrefill(
            int layer,
            StepInputs.Prefill prefill,
            DeviceArray table,
            PagedAttentionOp.Sight sight,
            DeviceArray q,
            DeviceArray out) {
        if (widener != null) {
            int blocks = prefill.blockTable().length;
            try (PagedAttentionOp.Keyed wide = widener.widen(layer, table.as(blocks), blocks)) {
                attendPrefill(prefill, wide, null, sight, q, out);
            }
        } else {
            attendPrefill(prefill, caches.get(layer), table.as(1, prefill.blockTable().length), sight, q, out);
        }
    }

    private void attendPrefill(
            StepInputs.Prefill prefill,
            PagedAttentionOp.Keyed keyed,
            Tensor table,
            PagedAttentionOp.Sight sight,
            DeviceArray q,
            DeviceArray out) {
        long first = (long) prefill.firstRow() * config.querySize();
        long elements = (long) prefill.count() * config.querySize();
        long[] shape = {1, prefill.count(), config.heads(), config.headSize()};
        op.attend(
                q.slice(first, elements).as(shape),
                keyed,
                table,
                new long[] {prefill.count()},
                new long[] {prefill.length()},
                sight,
                out.slice(first, elements).as(shape));
    }

    @Override
    public void close() {
        caches.forEach(PagedAttentionOp.Keyed::close);
        op.close();
    }
}
