package org.ascend4j.internal.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NgramDrafterTest {
    private static int[] propose(int shortest, int longest, int most, int... tokens) {
        int[] into = new int[most];
        int count = new NgramDrafter(shortest, longest).propose(tokens, tokens.length, into, most);
        return Arrays.copyOf(into, count);
    }

    @Test
    void proposesWhatFollowedTheLastTokens() {
        assertThat(propose(1, 3, 3, 1, 2, 3, 4, 5, 1, 2)).containsExactly(3, 4, 5);
    }

    @Test
    void prefersTheLongestSuffixToTheEarliestOccurrence() {
        assertThat(propose(1, 3, 1, 9, 2, 7, 1, 2, 8, 1, 2)).containsExactly(8);
    }

    @Test
    void takesTheEarliestOfEqualOccurrences() {
        assertThat(propose(1, 1, 1, 5, 7, 5, 8, 5)).containsExactly(7);
    }

    @Test
    void comparesNoMoreThanTheBound() {
        // Four tokens repeat at 8, but only two count, and those occur earlier, in front of 6.
        assertThat(propose(1, 2, 1, 3, 4, 6, 1, 2, 3, 4, 8, 1, 2, 3, 4)).containsExactly(6);
    }

    @Test
    void proposesNothingBelowTheLeastLength() {
        assertThat(propose(2, 3, 4, 1, 2, 3, 1, 4, 3)).isEmpty();
        assertThat(propose(1, 3, 4, 1, 2, 3)).isEmpty();
        assertThat(propose(1, 3, 4, 1)).isEmpty();
    }

    @Test
    void endsWithTheSequence() {
        assertThat(propose(1, 4, 10, 6, 6)).containsExactly(6);
        assertThat(propose(1, 4, 2, 1, 2, 1, 2)).containsExactly(1, 2);
    }

    @Test
    void readsOnlyTheTokensThatCount() {
        int[] into = new int[2];
        int count = new NgramDrafter(1, 2).propose(new int[] {1, 2, 3, 1, 9, 9}, 4, into, 2);
        assertThat(Arrays.copyOf(into, count)).containsExactly(2, 3);
    }

    @Test
    void agreesWithANaiveSearch() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            int[] tokens = random.ints(1 + random.nextInt(30), 0, 1 + random.nextInt(4))
                    .toArray();
            int shortest = 1 + random.nextInt(3);
            int longest = shortest + random.nextInt(4);
            int most = 1 + random.nextInt(6);
            assertThat(propose(shortest, longest, most, tokens))
                    .as("seed %dL, round %d: %s", seed, round, Arrays.toString(tokens))
                    .isEqualTo(naive(shortest, longest, most, tokens));
        }
    }

    private static int[] naive(int shortest, int longest, int most, int[] tokens) {
        int length = tokens.length;
        for (int n = Math.min(longest, length - 1); n >= shortest; n--) {
            int[] suffix = Arrays.copyOfRange(tokens, length - n, length);
            for (int at = 0; at + n < length; at++) {
                if (Arrays.equals(suffix, Arrays.copyOfRange(tokens, at, at + n))) {
                    return Arrays.copyOfRange(tokens, at + n, Math.min(length, at + n + most));
                }
            }
        }
        return new int[0];
    }

    @Test
    void refusesBoundsThatMatchNothing() {
        assertThatThrownBy(() -> new NgramDrafter(0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NgramDrafter(3, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
