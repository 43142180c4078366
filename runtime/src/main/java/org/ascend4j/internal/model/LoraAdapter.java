package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.weight.AdapterWeights;
import org.ascend4j.internal.weight.AdapterWeights.Matrices;

/** The factors of one adapter on the device. Belongs to the thread that owns the device. */
final class LoraAdapter implements AutoCloseable {
    /**
     * What is added to some columns of a projection's result.
     *
     * @param a (K, r) and
     * @param b (r, width), transposed views
     * @param column the first of the result's columns
     */
    record Part(Tensor a, Tensor b, int rank, int column, int width) {}

    private final TensorArena arena;
    private final int rank;
    private final Map<Integer, List<Part>> parts = new TreeMap<>();

    private LoraAdapter(TensorArena arena, int rank) {
        this.arena = arena;
        this.rank = rank;
    }

    /** The modules of a layer by GGUF's names, as far as a family has them. */
    static Map<String, AdapterTargets.Shape> modules(ModelConfig config, boolean joinedMlp) {
        int hidden = config.hiddenSize();
        int mlp = config.feedForwardSize();
        return Map.of(
                "attn_q", new AdapterTargets.Shape(hidden, config.querySize()),
                "attn_k", new AdapterTargets.Shape(hidden, config.kvSize()),
                "attn_v", new AdapterTargets.Shape(hidden, config.kvSize()),
                "attn_qkv", new AdapterTargets.Shape(hidden, config.querySize() + 2 * config.kvSize()),
                "attn_output", new AdapterTargets.Shape(config.querySize(), hidden),
                "ffn_gate", new AdapterTargets.Shape(hidden, mlp),
                "ffn_up", new AdapterTargets.Shape(hidden, joinedMlp ? 2 * mlp : mlp),
                "ffn_down", new AdapterTargets.Shape(mlp, hidden));
    }

    /** Copies an adapter to the device; leaves nothing behind if there is too little memory. */
    static LoraAdapter load(Device device, ModelConfig config, DataType type, AdapterWeights weights) {
        LoraAdapter adapter = new LoraAdapter(
                new TensorArena(
                        device, weights.bytes() + 1024L * weights.matrices().size()),
                weights.rank());
        try {
            for (Matrices matrices : weights.matrices()) {
                adapter.add(config, type, matrices);
            }
            return adapter;
        } catch (RuntimeException | Error e) {
            adapter.close();
            throw e;
        }
    }

    private void add(ModelConfig config, DataType type, Matrices matrices) {
        String[] name = matrices.name().split("\\.");
        int layer = Integer.parseInt(name[1]);
        int q = config.querySize();
        int kv = config.kvSize();
        DeviceArray a = upload(type, matrices.a());
        DeviceArray b = upload(type, matrices.b());
        int all = matrices.out();
        switch (name[2]) {
            case "attn_q" -> add(layer, Projection.QUERY, a, b, matrices, 0, 0, all);
            case "attn_k" -> add(layer, Projection.KEY, a, b, matrices, 0, 0, all);
            case "attn_v" -> add(layer, Projection.VALUE, a, b, matrices, 0, 0, all);
            case "attn_qkv" -> {
                add(layer, Projection.QUERY, a, b, matrices, 0, 0, q);
                add(layer, Projection.KEY, a, b, matrices, q, 0, kv);
                add(layer, Projection.VALUE, a, b, matrices, q + kv, 0, kv);
            }
            case "attn_output" -> add(layer, Projection.OUTPUT, a, b, matrices, 0, 0, all);
            case "ffn_gate" -> add(layer, Projection.GATE_UP, a, b, matrices, 0, 0, all);
            // Joined with the gate it takes all columns, else those behind the gate's.
            case "ffn_up" -> add(layer, Projection.GATE_UP, a, b, matrices, 0, 2 * config.feedForwardSize() - all, all);
            case "ffn_down" -> add(layer, Projection.DOWN, a, b, matrices, 0, 0, all);
            default -> throw new IllegalArgumentException(matrices.name());
        }
    }

    private void add(
            int layer,
            Projection projection,
            DeviceArray a,
            DeviceArray b,
            Matrices matrices,
            int firstRow,
            int column,
            int width) {
        long rank = matrices.rank();
        long in = matrices.in();
        Part part = new Part(
                a.view(new long[] {in, rank}, new long[] {1, in}, 0),
                b.view(new long[] {rank, width}, new long[] {1, rank}, firstRow * rank),
                matrices.rank(),
                column,
                width);
        parts.computeIfAbsent(key(layer, projection), key -> new ArrayList<>()).add(part);
    }

    private DeviceArray upload(DataType type, ByteBuffer bytes) {
        DeviceArray array = arena.array(type, bytes.remaining() / type.bytes(1));
        array.memory().copyFrom(bytes.duplicate());
        return array;
    }

    private static int key(int layer, Projection projection) {
        return layer * Projection.values().length + projection.ordinal();
    }

    /** What it adds to a projection; empty for nothing. */
    List<Part> parts(int layer, Projection projection) {
        return parts.getOrDefault(key(layer, projection), List.of());
    }

    int rank() {
        return rank;
    }

    /** Frees its memory, which no queued operator may read any more. */
    @Override
    public void close() {
        arena.close();
    }
}
