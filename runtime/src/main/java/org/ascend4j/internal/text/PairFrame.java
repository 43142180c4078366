package org.ascend4j.internal.text;

import java.util.Arrays;
import java.util.List;

/**
 * What stands around two texts that are read together, and the segment of each token.
 *
 * @param parts in order; each of the two texts is there once
 */
public record PairFrame(List<Part> parts) {
    /** Which tokens a part stands for. */
    public enum Source {
        FIRST,
        SECOND,
        MARKER
    }

    /**
     * A text or a marker.
     *
     * @param id the marker's; no text's
     * @param type the segment
     */
    public record Part(Source source, int id, int type) {}

    /**
     * Two texts as one sequence.
     *
     * @param types the segment of each token
     */
    public record Joined(int[] tokens, int[] types) {}

    /** How many tokens are markers. */
    public int markers() {
        return (int)
                parts.stream().filter(part -> part.source() == Source.MARKER).count();
    }

    /** The greatest segment. */
    public int greatestType() {
        return parts.stream().mapToInt(Part::type).max().orElse(0);
    }

    /**
     * Joins two texts, cut from their ends to {@code most} tokens in all: the longer one down to what the shorter leaves,
     * or, if that is less than the shorter's length, both to a half.
     *
     * @param most more than there are markers
     */
    public Joined join(int[] first, int[] second, int most) {
        int room = most - markers();
        int shorter = Math.min(first.length, second.length);
        int longer = Math.max(first.length, second.length);
        if ((long) shorter + longer > room) {
            longer = Math.max(shorter, room - shorter);
            if ((long) shorter + longer > room) {
                shorter = room / 2;
                longer = room - shorter;
            }
        }
        boolean swapped = first.length > second.length;
        int[] a = Arrays.copyOf(first, swapped ? longer : shorter);
        int[] b = Arrays.copyOf(second, swapped ? shorter : longer);
        int[] tokens = new int[markers() + a.length + b.length];
        int[] types = new int[tokens.length];
        int at = 0;
        for (Part part : parts) {
            int[] ids = switch (part.source()) {
                case FIRST -> a;
                case SECOND -> b;
                case MARKER -> new int[] {part.id()};
            };
            System.arraycopy(ids, 0, tokens, at, ids.length);
            Arrays.fill(types, at, at + ids.length, part.type());
            at += ids.length;
        }
        return new Joined(tokens, types);
    }
}
