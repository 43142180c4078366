package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * Explicit masks for single queries of layers that see a window only: the fused operator's document says that its sparse
 * modes have no effect where a sequence has one query.
 */
final class WindowMasks implements AutoCloseable {
    private static final byte HIDDEN = 1;
    private static final byte SEEN = 0;

    /** More than steps are in flight: masks are written by blocking copies, which no queue orders. */
    private static final int TURNS = 4;

    private final List<TensorArena> turns = new ArrayList<>();
    private TensorArena arena;
    private int step;
    private ByteBuffer staging = ByteBuffer.allocateDirect(0);
    private byte[] row = {};

    WindowMasks(Device device) {
        for (int i = 0; i < TURNS; i++) {
            turns.add(new TensorArena(device, 1 << 16));
        }
        arena = turns.get(0);
    }

    /** Takes the memory of a step that is over, whose masks are forgotten. */
    void nextStep() {
        step = (step + 1) % TURNS;
        arena = turns.get(step);
        arena.reset();
    }

    /**
     * (B, 1, keys) bool: hides from the last of each sequence's tokens all keys but the {@code window} nearest.
     *
     * @param lengths cached tokens of each of the B sequences, this step's included
     * @param keys slots that a row of the block table names
     * @return null if nothing is to be hidden
     */
    Tensor of(long[] lengths, int window, int keys) {
        if (window == AttentionConfig.ALL_KEYS || Arrays.stream(lengths).allMatch(length -> length <= window)) {
            return null;
        }
        int bytes = Math.multiplyExact(lengths.length, keys);
        if (staging.capacity() < bytes) {
            staging = ByteBuffer.allocateDirect(bytes);
        }
        if (row.length < keys) {
            row = new byte[keys];
        }
        staging.clear();
        for (long length : lengths) {
            int hidden = (int) Math.max(0, length - window);
            Arrays.fill(row, 0, hidden, HIDDEN);
            Arrays.fill(row, hidden, keys, SEEN);
            staging.put(row, 0, keys);
        }
        DeviceArray target = arena.array(DataType.BOOL, bytes);
        target.memory().copyFrom(staging.flip());
        return target.as(lengths.length, 1, keys);
    }

    @Override
    public void close() {
        turns.forEach(TensorArena::close);
    }
}
