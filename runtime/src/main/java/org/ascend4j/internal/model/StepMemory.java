package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Device memory that steps share in turn: the ids that the last one sampled, right behind them the inputs of the next.
 * So a token id is found by one index, wherever it comes from. Sized for the largest step.
 */
final class StepMemory {
    private static final int ALIGNMENT = 64;

    private final int blockSize;
    private final int stride;
    private final int rows;
    private final long inputBytes;
    private final DeviceArray bytes;
    private final DeviceArray rowStarts;

    private StepMemory(int blockSize, int stride, int rows, long inputBytes, DeviceArray bytes, DeviceArray rowStarts) {
        this.blockSize = blockSize;
        this.stride = stride;
        this.rows = rows;
        this.inputBytes = inputBytes;
        this.bytes = bytes;
        this.rowStarts = rowStarts;
    }

    /** Most tokens of a step, padding included. */
    static int mostTokens(LoadSettings settings) {
        int tokens = Math.max(settings.maxBatchTokens(), 2 * settings.maxSequences());
        return (tokens + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    static StepMemory allocate(TensorArena arena, LoadSettings settings, ModelConfig config) {
        int rows = mostTokens(settings);
        long width = (settings.contextLength() + settings.blockSize() - 1L) / settings.blockSize();
        long tables = Math.multiplyExact(2L * settings.maxSequences(), width * Integer.BYTES + ALIGNMENT);
        long inputBytes = Math.addExact(tables, 8L * Long.BYTES * rows);
        DeviceArray bytes = arena.array(DataType.UINT8, (long) rows * Integer.BYTES + inputBytes);
        bytes.memory().fill((byte) 0);
        DeviceArray starts = starts(arena, rows, config.vocabularySize());
        return new StepMemory(settings.blockSize(), KvCache.stride(config), rows, inputBytes, bytes, starts);
    }

    private static DeviceArray starts(TensorArena arena, int rows, int vocabularySize) {
        int count = Math.min(rows, Integer.MAX_VALUE / vocabularySize);
        ByteBuffer starts = ByteBuffer.allocateDirect(count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            starts.putInt(i * Integer.BYTES, i * vocabularySize);
        }
        DeviceArray target = arena.array(DataType.INT32, count);
        target.memory().copyFrom(starts);
        return target;
    }

    /** A block of the KV cache as operators count it. */
    int block(int number) {
        return number * stride;
    }

    /** The same for a slot: block · block size + offset. */
    int slot(int number) {
        int offset = number % blockSize;
        return (number - offset) * stride + offset;
    }

    /** Most rows that a step may sample, which is also the index of the first input id behind the sampled ones. */
    int rows() {
        return rows;
    }

    /** Most bytes of inputs. */
    long inputBytes() {
        return inputBytes;
    }

    /** Sampled ids, and {@code tokens} input ids behind them. */
    DeviceArray ids(long tokens) {
        return bytes.slice(0, (rows + tokens) * Integer.BYTES).typed(DataType.INT32);
    }

    /** Inputs from byte {@code offset} on. */
    DeviceArray inputs(long offset, long length) {
        return bytes.slice((long) rows * Integer.BYTES + offset, length);
    }

    /** Where each row of logits begins, int32; as many as 32 bits can tell. */
    DeviceArray rowStarts() {
        return rowStarts;
    }

    /** How many rows' beginnings are known. */
    int startCount() {
        return (int) (rowStarts.memory().size() / Integer.BYTES);
    }
}
