package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Keys and values of all layers, in blocks of fixed size. Block 0 is the null block that padding points to.
 *
 * <p>All layers' parts of a block lie side by side, so that a short sequence touches a few pages of memory and not a few of
 * every layer: zeroing those, which may be huge, would take most of a first answer's time. To operators each layer's cache
 * begins at its own part of block 0, and block {@code b} is number {@code b} times {@link #stride} in it.
 */
final class KvCache implements AutoCloseable {
    private static final long SCRATCH_CHUNK_BYTES = 1 << 20;

    /**
     * One layer's caches, each (span, blockSize, kvHeads, headSize).
     *
     * @param keyScales by what a token's int8 keys are multiplied, (span, blockSize) float32, as are {@code valueScales};
     *     null for other types
     */
    record Layer(DeviceArray keys, DeviceArray values, DeviceArray keyScales, DeviceArray valueScales) {}

    /** What a step's keys and values become before they are written: int8, with scales of tokens. */
    record Staging(DeviceArray keys, DeviceArray keyScales, DeviceArray values, DeviceArray valueScales) {}

    private final TensorArena arena;
    private final TensorArena scratch;
    private final List<Layer> layers = new ArrayList<>();
    private final DeviceArray parts;
    private final DeviceArray partScales;
    private final int stride;
    private final int blocks;
    private final int blockSize;
    private Staging staging;

    private KvCache(Device device, ModelConfig config, DataType type, int blocks, int blockSize) {
        this.arena = new TensorArena(device, SCRATCH_CHUNK_BYTES);
        this.scratch = new TensorArena(device, SCRATCH_CHUNK_BYTES);
        this.stride = stride(config);
        this.blocks = blocks;
        this.blockSize = blockSize;
        long slots = Math.multiplyExact((long) blocks * blockSize, stride);
        try {
            this.parts = arena.array(type, Math.multiplyExact(slots, config.kvSize()));
            this.partScales = type == DataType.INT8 ? arena.array(DataType.FLOAT, slots) : null;
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** By what the numbers of blocks grow on their way to the device: keys and values of each layer. */
    static int stride(ModelConfig config) {
        return 2 * config.layers();
    }

    static KvCache allocate(Device device, ModelConfig config, LoadSettings settings) {
        DataType type = settings.kvType();
        int blocks = 1 + blocksWanted(device, config, settings);
        KvCache cache = new KvCache(device, config, type, blocks, settings.blockSize());
        try {
            for (int layer = 0; layer < config.layers(); layer++) {
                cache.layers.add(new Layer(
                        cache.part(cache.parts, 2 * layer, config.kvSize()),
                        cache.part(cache.parts, 2 * layer + 1, config.kvSize()),
                        cache.part(cache.partScales, 2 * layer, 1),
                        cache.part(cache.partScales, 2 * layer + 1, 1)));
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

    /** What begins with one part of block 0 and ends with the same one of the last block. */
    private DeviceArray part(DeviceArray all, int index, long width) {
        long elements = blockSize * width;
        return all == null ? null : all.slice(index * elements, span() * elements);
    }

    private Staging stage(ModelConfig config, int tokens) {
        long elements = Math.multiplyExact((long) tokens, config.kvSize());
        return new Staging(
                arena.array(DataType.INT8, elements),
                arena.array(DataType.FLOAT, tokens),
                arena.array(DataType.INT8, elements),
                arena.array(DataType.FLOAT, tokens));
    }

    private static int blocksWanted(Device device, ModelConfig config, LoadSettings settings) {
        int block = settings.blockSize();
        int oneSequence = (settings.contextLength() + block - 1) / block;
        long blockBytes = Math.multiplyExact(block, config.cachedTokenBytes(settings.kvType()));
        long free = device.memory().free();
        int most = Integer.MAX_VALUE / stride(config) / block - 1; // slots are 32-bit numbers
        if (settings.kvTokens() > 0) {
            long wanted = (settings.kvTokens() + (long) block - 1) / block;
            if (Math.multiplyExact(wanted + 1, blockBytes) > free) {
                throw new AscendException("kv-tokens: " + settings.kvTokens() + " tokens need "
                        + (wanted + 1) * blockBytes + " bytes, the device has " + free + " free; ask for fewer");
            }
            if (wanted > most) {
                throw new AscendException("kv-tokens: found " + settings.kvTokens() + ", expected at most "
                        + (long) most * block + " for a model of " + config.layers() + " layers");
            }
            return (int) wanted;
        }
        long affordable = free / 2 / blockBytes - 1;
        if (affordable < 1) {
            throw new AscendException("the device has " + free + " bytes free, too few for a block of " + blockBytes
                    + " bytes of KV cache; free memory or choose a smaller block-size");
        }
        return (int) Math.min(Math.min((long) oneSequence * settings.maxSequences(), affordable), most);
    }

    /**
     * Queues copies of whole blocks in all layers, for sequences that part after a shared beginning.
     *
     * @param pairs source and target blocks by turns
     */
    void copyBlocks(int[] pairs, Stream stream) {
        copyBlocks(parts, pairs, stream);
        if (partScales != null) {
            copyBlocks(partScales, pairs, stream);
        }
    }

    private void copyBlocks(DeviceArray all, int[] pairs, Stream stream) {
        long bytes = all.memory().size() / blocks;
        for (int i = 0; i < pairs.length; i += 2) {
            all.memory().copyFromAsync(pairs[i + 1] * bytes, all.memory(), pairs[i] * bytes, bytes, stream);
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

    /** Blocks of one layer's cache as operators count them, those of the other layers in between. */
    int span() {
        return (blocks - 1) * stride + 1;
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
