package org.ascend4j.internal.weight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/** The projection to the vocabulary, in as many tiles as the operators' greatest width asks for. */
public record Head(List<Tile> tiles, int vocabularySize) {
    /** Rows of the table that one operator call can produce: WeightQuantBatchMatmul takes no dimension beyond this. */
    private static final int WIDEST = 65_535;

    /** Tiles begin at multiples of this, so that their views stay aligned. */
    private static final int GRAIN = 64;

    /** A run of the vocabulary. */
    record Range(int first, int count) {}

    /** A projection to a run of the vocabulary. */
    public record Tile(int first, Linear linear) {}

    /** No projection: gives the states, of this many features, as they are. */
    static Head states(int width) {
        return new Head(List.of(), width);
    }

    static Head of(int rows, Function<Range, Linear> cut) {
        return of(rows, WIDEST / GRAIN * GRAIN, cut);
    }

    static Head of(int rows, int widest, Function<Range, Linear> cut) {
        List<Tile> tiles = new ArrayList<>();
        for (int first = 0; first < rows; first += widest) {
            Range range = new Range(first, Math.min(widest, rows - first));
            tiles.add(new Tile(first, cut.apply(range)));
        }
        return new Head(List.copyOf(tiles), rows);
    }

    /** out (T, V) = logits of x (T, H). */
    public void apply(Ops ops, TensorArena arena, Tensor x, DeviceArray out) {
        long tokens = x.shape()[0];
        if (tiles.isEmpty()) {
            ops.copy(out.as(tokens, vocabularySize), x);
            return;
        }
        if (tiles.size() == 1) {
            tiles.get(0).linear().apply(ops, x, out.as(tokens, vocabularySize));
            return;
        }
        for (Tile tile : tiles) {
            long width = tile.linear().outFeatures();
            Tensor part = arena.array(out.type(), tokens * width).as(tokens, width);
            tile.linear().apply(ops, x, part);
            ops.copy(out.view(new long[] {tokens, width}, new long[] {vocabularySize, 1}, tile.first()), part);
        }
    }
}
