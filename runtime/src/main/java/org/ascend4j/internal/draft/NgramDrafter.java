package org.ascend4j.internal.draft;

import org.ascend4j.internal.schedule.Drafter;

/**
 * Guesses that what followed the sequence's last tokens before follows them again. Of all suffixes that occurred before,
 * the longest within bounds counts, and of its occurrences the earliest. One pass over the tokens, by the failure
 * function of Knuth, Morris and Pratt on the reversed sequence: there a repeated suffix is a repeated prefix. Owned by
 * the engine thread.
 */
public final class NgramDrafter implements Drafter {
    private final int shortest;
    private final int longest;
    private final int[] borders;

    /**
     * @param shortest fewest tokens that must repeat
     * @param longest most tokens that are compared
     */
    public NgramDrafter(int shortest, int longest) {
        if (shortest < 1 || longest < shortest) {
            throw new IllegalArgumentException("an n-gram of " + shortest + " to " + longest + " tokens");
        }
        this.shortest = shortest;
        this.longest = longest;
        this.borders = new int[longest];
    }

    @Override
    public int propose(int[] tokens, int length, int[] into, int most) {
        int matched = 0;
        int end = 0;
        int border = 0;
        // At the reversed index i, border is the length of the longest suffix, up to the bound, that also ends i + 1
        // tokens from the start of the reversed sequence.
        for (int i = 1; i < length; i++) {
            if (border == longest) {
                border = borders[border - 1];
            }
            int token = tokens[length - 1 - i];
            while (border > 0 && tokens[length - 1 - border] != token) {
                border = borders[border - 1];
            }
            if (tokens[length - 1 - border] == token) {
                border++;
            }
            if (i < longest) {
                borders[i] = border;
            }
            if (border >= matched) {
                // A later i lies earlier in the sequence, so that among equals the earliest stays.
                matched = border;
                end = length - 1 - i + border;
            }
        }
        if (matched < shortest) {
            return 0;
        }
        int count = Math.min(most, length - end);
        System.arraycopy(tokens, end, into, 0, count);
        return count;
    }
}
