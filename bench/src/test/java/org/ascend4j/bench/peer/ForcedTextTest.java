package org.ascend4j.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.ascend4j.GenerationOptions;
import org.ascend4j.ResponseFormat;
import org.junit.jupiter.api.Test;

class ForcedTextTest {
    private static final String[] PIECES = {"a", "b", "ab", "ba", "c", "abc", "bc", "é"};

    private static ForcedText text(int... ids) {
        return new ForcedText(ids, id -> PIECES[id].getBytes(StandardCharsets.UTF_8));
    }

    private static List<Integer> boxed(int... ids) {
        List<Integer> all = new ArrayList<>();
        for (int id : ids) {
            all.add(id);
        }
        return all;
    }

    @Test
    void leavesOneAnswerOfAllThatSpellTheText() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int forced = 0;
        for (int round = 0; round < 2000; round++) {
            int[] ids = random.ints(1 + random.nextInt(9), 0, PIECES.length).toArray();
            ForcedText text = text(ids);
            Optional<GenerationOptions> options = text.beginsOpenly() ? Optional.empty() : possible(text);
            if (options.isPresent()) {
                forced++;
                assertThat(answers(options.get(), new ArrayList<>(), ""))
                        .as("seed %d", seed)
                        .containsExactly(boxed(ids));
            }
        }
        assertThat(forced).as("seed %d", seed).isGreaterThan(100);
    }

    /** Nothing where all that is in front of a token is in front of another elsewhere, as made up texts may have it. */
    private static Optional<GenerationOptions> possible(ForcedText text) {
        try {
            return Optional.of(text.options());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All that a request could answer: every way to spell its one choice with tokens that its rules let pass. */
    private static List<List<Integer>> answers(GenerationOptions options, List<Integer> answer, String spelled) {
        String wanted =
                ((ResponseFormat.Choice) options.responseFormat()).choices().get(0);
        if (spelled.equals(wanted)) {
            return List.of(List.copyOf(answer));
        }
        List<List<Integer>> found = new ArrayList<>();
        for (int id : options.allowedTokens()) {
            List<Integer> longer = Stream.concat(answer.stream(), Stream.of(id)).toList();
            boolean banned = options.bannedTokens().stream()
                    .anyMatch(run -> run.size() <= longer.size()
                            && longer.subList(longer.size() - run.size(), longer.size())
                                    .equals(run));
            if (!banned && wanted.startsWith(spelled + PIECES[id])) {
                found.addAll(answers(options, longer, spelled + PIECES[id]));
            }
        }
        return found;
    }

    @Test
    void asksForAsManyTokensAndTheirProbabilities() {
        GenerationOptions options = text(4, 2, 7).options();

        assertThat(options.maxTokens()).isEqualTo(3);
        assertThat(options.logprobs()).isZero();
        assertThat(options.responseFormat()).isEqualTo(new ResponseFormat.Choice(List.of("cabé")));
    }

    @Test
    void tellsWhenAnotherTokenCouldComeFirst() {
        assertThat(text(2, 0).beginsOpenly()).isTrue();
        assertThat(text(2, 4).beginsOpenly()).isFalse();
    }

    @Test
    void refusesATokenThatNothingInFrontTellsFromAnother() {
        int[] ids = new int[200];
        ids[100] = 2;
        ids[101] = 1;

        // Behind so many of one token both continue what was before, but the run in front is longer than rules may be.
        assertThatThrownBy(() -> text(ids).options())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found no run of at most 64 tokens");
    }
}
