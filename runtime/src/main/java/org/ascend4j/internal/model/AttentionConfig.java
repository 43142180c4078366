package org.ascend4j.internal.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What attention sees and how, layer by layer.
 *
 * @param ropes the kinds of rotary embedding in use
 * @param ropeOfLayer for each layer an index into {@code ropes}, or {@link #NO_ROPE}
 * @param windows for each layer how many keys a query sees, itself included; {@link #ALL_KEYS} for no limit
 * @param scale what products of queries and keys are multiplied with
 */
public record AttentionConfig(List<Rope> ropes, int[] ropeOfLayer, int[] windows, double scale) {
    /** A layer without positions. */
    public static final int NO_ROPE = -1;

    /** A layer that sees every earlier key. */
    public static final int ALL_KEYS = 0;

    /** Every layer the same, without a window, scaled by the root of the head size. */
    public static AttentionConfig uniform(int layers, Rope rope, int headSize) {
        return new AttentionConfig(List.of(rope), new int[layers], new int[layers], 1 / Math.sqrt(headSize));
    }

    /** The same with every layer seeing {@code window} keys. */
    public AttentionConfig within(int window) {
        return new AttentionConfig(
                ropes, ropeOfLayer, IntStream.of(windows).map(layer -> window).toArray(), scale);
    }

    public AttentionConfig withScale(double other) {
        return new AttentionConfig(ropes, ropeOfLayer, windows, other);
    }

    /** The rotary embedding of a layer; null for none. */
    public Rope rope(int layer) {
        return ropeOfLayer[layer] == NO_ROPE ? null : ropes.get(ropeOfLayer[layer]);
    }

    /** Keys that a query of this layer sees, or {@link #ALL_KEYS}. */
    public int window(int layer) {
        return windows[layer];
    }
}
