package org.ascend4j.internal.ops;

import java.util.EnumMap;
import java.util.Map;
import org.ascend4j.internal.acl.DataType;

/**
 * Memory for what lies between two operators of one projection. Each use of a slot overwrites the one before, which is
 * over by then: all operators run on one stream.
 */
public final class Scratch {
    /** What may be needed at the same time. */
    public enum Slot {
        /** Inputs in another order. */
        ORDERED,
        /** Inputs as integers. */
        QUANTS,
        /** A scale for each token. */
        SCALES
    }

    private final TensorArena arena;
    private final Map<Slot, DeviceArray> arrays = new EnumMap<>(Slot.class);
    private final Map<Slot, Long> sizes = new EnumMap<>(Slot.class);

    Scratch(TensorArena arena) {
        this.arena = arena;
    }

    /** So many elements, not initialised. */
    public DeviceArray array(Slot slot, DataType type, long elements) {
        long bytes = type.bytes(elements);
        if (sizes.getOrDefault(slot, -1L) < bytes) {
            arrays.put(slot, arena.array(DataType.INT8, bytes));
            sizes.put(slot, bytes);
        }
        return arrays.get(slot).typed(type);
    }
}
