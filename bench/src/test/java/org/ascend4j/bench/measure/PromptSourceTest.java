package org.ascend4j.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptSourceTest {
    private static final int[] TOKENS = IntStream.range(10, 110).toArray();

    @Test
    void promptsHaveExactLengthsOfGivenTokens() {
        PromptSource source = new PromptSource(TOKENS, 1);

        assertThat(source.next(1)).hasSize(1);
        assertThat(source.next(57)).hasSize(57);
        assertThat(IntStream.of(source.next(57))).allMatch(token -> token >= 10 && token < 110);
    }

    @Test
    void noTwoBeginAlikeUntilEveryTokenHasBegunOne() {
        PromptSource source = new PromptSource(TOKENS, 1);
        Set<Integer> first = new HashSet<>();
        for (int i = 0; i < TOKENS.length; i++) {
            first.add(source.next(3)[0]);
        }

        assertThat(first).hasSize(TOKENS.length);
    }

    @Test
    void equalSeedsGiveEqualPrompts() {
        assertThat(new PromptSource(TOKENS, 5).next(20)).isEqualTo(new PromptSource(TOKENS, 5).next(20));
        assertThat(new PromptSource(TOKENS, 5).next(20)).isNotEqualTo(new PromptSource(TOKENS, 6).next(20));
    }
}
