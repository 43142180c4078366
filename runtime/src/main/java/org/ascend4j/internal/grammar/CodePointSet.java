package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An immutable set of Unicode scalar values, kept as sorted disjoint ranges. Surrogates are never members: a grammar
 * speaks of characters, and no well formed UTF-8 carries a lone surrogate.
 */
final class CodePointSet {
    static final int MAX = 0x10FFFF;

    static final CodePointSet NONE = new CodePointSet(new int[0]);
    static final CodePointSet ALL = of(0, MAX);

    /** Pairs of first and last, ascending, never adjacent. */
    private final int[] bounds;

    private CodePointSet(int[] bounds) {
        this.bounds = bounds;
    }

    static CodePointSet of(int... pairs) {
        List<int[]> ranges = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            ranges.add(new int[] {pairs[i], pairs[i + 1]});
        }
        return ofRanges(ranges);
    }

    static CodePointSet ofChars(String chars) {
        List<int[]> ranges = new ArrayList<>();
        chars.codePoints().forEach(c -> ranges.add(new int[] {c, c}));
        return ofRanges(ranges);
    }

    static CodePointSet ofRanges(List<int[]> ranges) {
        List<int[]> clean = new ArrayList<>();
        for (int[] range : ranges) {
            addScalars(clean, range[0], range[1]);
        }
        clean.sort((a, b) -> Integer.compare(a[0], b[0]));
        int[] out = new int[2 * clean.size()];
        int size = 0;
        for (int[] range : clean) {
            if (size > 0 && range[0] <= out[size - 1] + 1) {
                out[size - 1] = Math.max(out[size - 1], range[1]);
            } else {
                out[size++] = range[0];
                out[size++] = range[1];
            }
        }
        return new CodePointSet(Arrays.copyOf(out, size));
    }

    private static void addScalars(List<int[]> out, int from, int to) {
        if (from <= Math.min(to, 0xD7FF)) {
            out.add(new int[] {from, Math.min(to, 0xD7FF)});
        }
        if (Math.max(from, 0xE000) <= to) {
            out.add(new int[] {Math.max(from, 0xE000), to});
        }
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    int ranges() {
        return bounds.length / 2;
    }

    int first(int range) {
        return bounds[2 * range];
    }

    int last(int range) {
        return bounds[2 * range + 1];
    }

    /** How many scalar values are members. */
    int size() {
        int size = 0;
        for (int i = 0; i < ranges(); i++) {
            size += last(i) - first(i) + 1;
        }
        return size;
    }

    boolean contains(int codePoint) {
        int low = 0;
        int high = ranges() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (codePoint < first(middle)) {
                high = middle - 1;
            } else if (codePoint > last(middle)) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    CodePointSet union(CodePointSet other) {
        List<int[]> ranges = new ArrayList<>(asList());
        ranges.addAll(other.asList());
        return ofRanges(ranges);
    }

    CodePointSet complement() {
        List<int[]> ranges = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < ranges(); i++) {
            ranges.add(new int[] {next, first(i) - 1});
            next = last(i) + 1;
        }
        ranges.add(new int[] {next, MAX});
        ranges.removeIf(r -> r[0] > r[1]);
        return ofRanges(ranges);
    }

    CodePointSet intersect(CodePointSet other) {
        List<int[]> ranges = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < ranges() && j < other.ranges()) {
            int from = Math.max(first(i), other.first(j));
            int to = Math.min(last(i), other.last(j));
            if (from <= to) {
                ranges.add(new int[] {from, to});
            }
            if (last(i) < other.last(j)) {
                i++;
            } else {
                j++;
            }
        }
        return ofRanges(ranges);
    }

    CodePointSet minus(CodePointSet other) {
        return intersect(other.complement());
    }

    private List<int[]> asList() {
        List<int[]> ranges = new ArrayList<>();
        for (int i = 0; i < ranges(); i++) {
            ranges.add(new int[] {first(i), last(i)});
        }
        return ranges;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodePointSet && Arrays.equals(bounds, ((CodePointSet) other).bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < ranges(); i++) {
            text.append(Integer.toHexString(first(i))).append('-').append(Integer.toHexString(last(i)));
            text.append(i + 1 < ranges() ? " " : "");
        }
        return text.append(']').toString();
    }
}
