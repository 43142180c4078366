package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/** Keys and values of all layers, in blocks of fixed size. Block 0 is the null block that padding points to. */
final class KvCache implements AutoCloseable {
    private static final long SCRATCH_CHUNK_BYTES = 1 << 20;

    /**
     * One layer's caches, each (blocks, blockSize, kvHeads, headSize).
     *
     * @param keyScales by what a token's int8 keys are multiplied, (blocks, blockSize) float32, as are {@code valueScales};
     *     null for other types
     */
    record Layer(DeviceArray keys, DeviceArray values, DeviceArray keyScales, DeviceArray valueScales) {}

    /** What a step's keys and values become before they are written: int8, with scales of tokens. */
    record Staging(DeviceArray keys, DeviceArray keyScales, DeviceArray values, DeviceArray valueScales) {}

    private final TensorArena arena;
    private final TensorArena scratch;
    private final List<Layer> layers = new ArrayList<>();
    private final int blocks;
    private final int blockSize;
    private Staging staging;

    private KvCache(TensorArena arena, TensorArena scratch, int blocks, int blockSize) {
        this.arena = arena;
        this.scratch = scratch;
        this.blocks = blocks;
        this.blockSize = blockSize;
    }

    static KvCache allocate(Device device, ModelConfig config, LoadSettings settings) {
        int blocks = 1 + blocksWanted(device, config, settings);
        long slots = (long) blocks * settings.blockSize();
        long elements = Math.multiplyExact(slots, config.kvSize());
        DataType type = settings.kvType();
        KvCache cache = new KvCache(
                new TensorArena(device, type.bytes(elements)),
                new TensorArena(device, SCRATCH_CHUNK_BYTES),
                blocks,
                settings.blockSize());
        try {
            for (int layer = 0; layer < config.layers(); layer++) {
                cache.layers.add(new Layer(
                        cache.arena.array(type, elements),
                        cache.arena.array(type, elements),
                        cache.scales(type, slots),
                        cache.scales(type, slots)));
            }
            if (type == DataType.INT8) {
                cache.staging = cache.stage(config, StepMemory.mostTokens(settings));
            }
            return cache;
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    private Staging stage(ModelConfig config, int tokens) {
        long elements = Math.multiplyExact((long) tokens, config.kvSize());
        return new Staging(
                arena.array(DataType.INT8, elements),
                arena.array(DataType.FLOAT, tokens),
                arena.array(DataType.INT8, elements),
                arena.array(DataType.FLOAT, tokens));
    }

    private DeviceArray scales(DataType type, long slots) {
        return type == DataType.INT8 ? arena.array(DataType.FLOAT, slots) : null;
    }

    private static int blocksWanted(Device device, ModelConfig config, LoadSettings settings) {
        int block = settings.blockSize();
        int oneSequence = (settings.contextLength() + block - 1) / block;
        long blockBytes = Math.multiplyExact(block, config.cachedTokenBytes(settings.kvType()));
        long free = device.memory().free();
        if (settings.kvTokens() > 0) {
            long wanted = (settings.kvTokens() + (long) block - 1) / block;
            if (Math.multiplyExact(wanted + 1, blockBytes) > free) {
                throw new AscendException("kv-tokens: " + settings.kvTokens() + " tokens need "
                        + (wanted + 1) * blockBytes + " bytes, the device has " + free + " free; ask for fewer");
            }
            return (int) wanted;
        }
        long affordable = free / 2 / blockBytes - 1;
        if (affordable < 1) {
            throw new AscendException("the device has " + free + " bytes free, too few for a block of " + blockBytes
                    + " bytes of KV cache; free memory or choose a smaller block-size");
        }
        return (int) Math.min((long) oneSequence * settings.maxSequences(), affordable);
    }

    /**
     * Queues copies of whole blocks in all layers, for sequences that part after a shared beginning.
     *
     * @param pairs source and target blocks by turns
     */
    void copyBlocks(int[] pairs, Stream stream) {
        for (Layer layer : layers) {
            copyBlocks(layer.keys(), pairs, stream);
            copyBlocks(layer.values(), pairs, stream);
            if (layer.keyScales() != null) {
                copyBlocks(layer.keyScales(), pairs, stream);
                copyBlocks(layer.valueScales(), pairs, stream);
            }
        }
    }

    private void copyBlocks(DeviceArray cache, int[] pairs, Stream stream) {
        long bytes = cache.memory().size() / blocks;
        for (int i = 0; i < pairs.length; i += 2) {
            cache.memory().copyFromAsync(pairs[i + 1] * bytes, cache.memory(), pairs[i] * bytes, bytes, stream);
        }
    }

    Layer layer(int index) {
        return layers.get(index);
    }

    /** Room for a step's keys and values in int8, which captured steps write to as well; null for other types. */
    Staging staging() {
        return staging;
    }

    /** For what a prefill reads, until the next one. */
    TensorArena scratch() {
        return scratch;
    }

    /** All blocks, the null block included. */
    int blocks() {
        return blocks;
    }

    int blockSize() {
        return blockSize;
    }

    DataType type() {
        return layers.get(0).keys().type();
    }

    @Override
    public void close() {
        scratch.close();
        arena.close();
    }
}
