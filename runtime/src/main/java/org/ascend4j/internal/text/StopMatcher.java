package org.ascend4j.internal.text;

import java.util.Arrays;
import java.util.List;

/**
 * Finds stop strings in a stream of text, however the stream is cut. Text that may be the beginning of a stop string is
 * held back until it is clear, so what was given out never has to be taken back. The stop string that is complete first
 * counts; of several that are complete at the same character, the longest. One stream, one thread.
 */
public final class StopMatcher {
    private final String[] stops;
    /** For each stop string and length of a beginning of it, the longest shorter beginning that ends it (Knuth, Morris, Pratt). */
    private final int[][] fallbacks;
    /** How much of each stop string the text ends with. */
    private final int[] depths;

    private final StringBuilder held = new StringBuilder();
    private String matched;

    /** @param stops none of them empty */
    public StopMatcher(List<String> stops) {
        this.stops = stops.toArray(String[]::new);
        this.fallbacks = new int[this.stops.length][];
        this.depths = new int[this.stops.length];
        for (int i = 0; i < this.stops.length; i++) {
            if (this.stops[i].isEmpty()) {
                throw new IllegalArgumentException("stop string " + i + " is empty");
            }
            fallbacks[i] = fallbacks(this.stops[i]);
        }
    }

    private static int[] fallbacks(String stop) {
        int[] fallback = new int[stop.length()];
        for (int i = 1, depth = 0; i < stop.length(); i++) {
            while (depth > 0 && stop.charAt(i) != stop.charAt(depth)) {
                depth = fallback[depth - 1];
            }
            depth += stop.charAt(i) == stop.charAt(depth) ? 1 : 0;
            fallback[i] = depth;
        }
        return fallback;
    }

    /**
     * Takes the next piece of the stream.
     *
     * @return what may be given out now; once a stop string is found, the rest in front of it, and nothing ever after
     */
    public String push(String text) {
        if (matched != null) {
            return "";
        }
        if (stops.length == 0) {
            return text;
        }
        for (int i = 0; i < text.length(); i++) {
            held.append(text.charAt(i));
            matched = step(text.charAt(i));
            if (matched != null) {
                return release(held.length() - matched.length());
            }
        }
        int deepest = 0;
        for (int depth : depths) {
            deepest = Math.max(deepest, depth);
        }
        return release(held.length() - deepest);
    }

    /**
     * Takes a piece in which no stop string is looked for, as while an answer is shorter than asked for; none may begin
     * in it either.
     *
     * @return what may be given out now, all of it
     */
    public String pass(String text) {
        if (matched != null) {
            return "";
        }
        Arrays.fill(depths, 0);
        held.append(text);
        return release(held.length());
    }

    /** What is still held back when the stream ends without a stop string. */
    public String flush() {
        if (matched != null) {
            return "";
        }
        Arrays.fill(depths, 0);
        return release(held.length());
    }

    /** The stop string that was found, or null. */
    public String matched() {
        return matched;
    }

    private String step(char next) {
        String longest = null;
        for (int i = 0; i < stops.length; i++) {
            String stop = stops[i];
            int depth = depths[i];
            while (depth > 0 && stop.charAt(depth) != next) {
                depth = fallbacks[i][depth - 1];
            }
            depth += stop.charAt(depth) == next ? 1 : 0;
            depths[i] = depth;
            if (depth == stop.length() && (longest == null || longest.length() < depth)) {
                longest = stop;
            }
        }
        return longest;
    }

    private String release(int count) {
        String out = held.substring(0, count);
        held.delete(0, count);
        return out;
    }
}
