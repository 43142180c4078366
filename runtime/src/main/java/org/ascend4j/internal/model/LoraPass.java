package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.AdapterRows;
import org.ascend4j.internal.model.LoraAdapter.Part;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/**
 * The adapters of one pass: adds scale · B A x to the rows that have one. Rows are brought together, two products for each
 * adapter run over its own, and the sums go back to where they came from; rows without an adapter are neither read nor
 * written. A row's result does not depend on the others, as no operator's does on how many rows it computes.
 */
final class LoraPass {
    private final Ops ops;
    private final AdapterRows rows;
    private final DeviceArray index;
    private final List<LoraAdapter> adapters = new ArrayList<>();
    private final DeviceArray inputs;
    private final DeviceArray outputs;
    private final DeviceArray inner;
    private final DeviceArray deltas;

    /** One adapter, and every row of the step in order: nothing has to be moved. */
    private final boolean whole;

    /** @param index the rows on the device */
    LoraPass(
            Ops ops,
            TensorArena arena,
            DataType type,
            ModelConfig config,
            AdapterRows rows,
            DeviceArray index,
            int tokens,
            Map<Integer, LoraAdapter> loaded) {
        this.ops = ops;
        this.rows = rows;
        this.index = index;
        long most = rows.rows().length;
        int rank = 0;
        for (int id : rows.ids()) {
            LoraAdapter adapter = loaded.get(id);
            if (adapter == null) {
                throw new IllegalStateException("adapter " + id + " is not loaded");
            }
            adapters.add(adapter);
            rank = Math.max(rank, adapter.rank());
        }
        this.whole = adapters.size() == 1 && most == tokens;
        long mlp = config.feedForwardSize();
        long widest = Math.max(Math.max(config.querySize(), config.hiddenSize()), 2 * mlp);
        // Layers use these in turn.
        this.inputs = arena.array(type, most * Math.max(Math.max(config.querySize(), config.hiddenSize()), mlp));
        this.outputs = arena.array(type, most * widest);
        this.inner = arena.array(type, most * rank);
        this.deltas = arena.array(type, most * widest);
    }

    /** Adds to out (T, N), which is contiguous, what the adapters make of x (T, K). */
    void add(int layer, Projection projection, Tensor x, Tensor out) {
        int first = 0;
        while (first < adapters.size()) {
            int end = first;
            while (end < adapters.size()
                    && !adapters.get(end).parts(layer, projection).isEmpty()) {
                end++;
            }
            if (end > first) {
                add(layer, projection, x, out, first, end);
            }
            first = Math.max(end, first + 1);
        }
    }

    /** Adapters from {@code first} to {@code end} have something to add; their rows lie side by side. */
    private void add(int layer, Projection projection, Tensor x, Tensor out, int first, int end) {
        long columns = out.shape()[1];
        if (whole && addedInPlace(adapters.get(0).parts(layer, projection), x, out)) {
            return;
        }
        int from = rows.start(first);
        long count = rows.ends()[end - 1] - from;
        long width = x.shape()[1];
        DeviceArray places = index.slice(from, count);
        ops.gather(x, places.as(count), inputs.as(count, width));
        ops.gather(out, places.as(count), outputs.as(count, columns));
        for (int i = first; i < end; i++) {
            long start = rows.start(i) - from;
            long own = rows.ends()[i] - rows.start(i);
            Tensor some = inputs.slice(start * width, own * width).as(own, width);
            for (Part part : adapters.get(i).parts(layer, projection)) {
                Tensor target = outputs.view(
                        new long[] {own, part.width()}, new long[] {columns, 1}, start * columns + part.column());
                ops.add(target, delta(part, some, own), target);
            }
        }
        ops.scatterRows(out, places.as(count, 1), outputs.as(count, columns));
    }

    private boolean addedInPlace(List<Part> parts, Tensor x, Tensor out) {
        if (parts.size() > 1 || parts.get(0).width() != out.shape()[1]) {
            return false;
        }
        ops.add(out, delta(parts.get(0), x, x.shape()[0]), out);
        return true;
    }

    private Tensor delta(Part part, Tensor x, long count) {
        Tensor reduced = inner.as(count, part.rank());
        Tensor delta = deltas.as(count, part.width());
        ops.matmul(x, part.a(), reduced);
        ops.matmul(reduced, part.b(), delta);
        return delta;
    }
}
