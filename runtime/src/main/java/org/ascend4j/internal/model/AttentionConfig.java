package org.ascend4j.internal.model;

import java.util.Arrays;
import java.util.List;

/**
 * What attention sees and how, layer by layer.
 *
 * @param ropes the kinds of rotary embedding in use
 * @param ropeOfLayer for each layer an index into {@code ropes}, or {@link #NO_ROPE}
 * @param windows for each layer how many keys a query sees, itself included; {@link #ALL_KEYS} for no limit
 * @param scale what products of queries and keys are multiplied with
 * @param softCap scaled products p become cap · tanh(p / cap); 0 for none
 */
public record AttentionConfig(List<Rope> ropes, int[] ropeOfLayer, int[] windows, double scale, float softCap) {
    /** A layer without positions. */
    public static final int NO_ROPE = -1;

    /** A layer that sees every earlier key. */
    public static final int ALL_KEYS = 0;

    /** Every layer the same, without a window, scaled by the root of the head size. */
    public static AttentionConfig uniform(int layers, Rope rope, int headSize) {
        return new AttentionConfig(List.of(rope), new int[layers], new int[layers], 1 / Math.sqrt(headSize), 0);
    }

    /** The same with other windows. */
    public AttentionConfig within(int[] other) {
        return new AttentionConfig(ropes, ropeOfLayer, other, scale, softCap);
    }

    /** The same with other rotations. */
    public AttentionConfig rotating(List<Rope> kinds, int[] ofLayer) {
        return new AttentionConfig(kinds, ofLayer, windows, scale, softCap);
    }

    /** The rotary embedding of a layer; null for none. */
    public Rope rope(int layer) {
        return ropeOfLayer[layer] == NO_ROPE ? null : ropes.get(ropeOfLayer[layer]);
    }

    /** Keys that a query of this layer sees, or {@link #ALL_KEYS}. */
    public int window(int layer) {
        return windows[layer];
    }

    /** Whether any layer sees a window only. */
    public boolean windowed() {
        return Arrays.stream(windows).anyMatch(window -> window != ALL_KEYS);
    }
}
