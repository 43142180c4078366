package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.UnavailableException;
import org.junit.jupiter.api.Test;

class ContinuationScoringTest {
    private static final Prompt CONTEXT = Prompt.raw("The people who lived by the river called it ");
    private static final List<String> CONTINUATIONS =
            List.of("Ärger, 1234.", "a", "the old town by the river and its people", "xyz!", "a");

    private static Llm open(LlmOptions.Builder options) {
        return Llm.open(
                TinyModels.path("f16"),
                options.dtype(DType.FLOAT32).contextLength(200).kvTokens(1000).build());
    }

    @Test
    void scoresAsTheWholeTextDoesTokenByToken() {
        try (Llm llm = open(TinyModels.options())) {
            List<ContinuationScore> found = llm.scoreContinuations(CONTEXT, CONTINUATIONS);
            assertThat(found).hasSize(CONTINUATIONS.size());
            int[] known = llm.encode(CONTEXT);
            for (int i = 0; i < CONTINUATIONS.size(); i++) {
                int[] own = llm.tokenize(CONTINUATIONS.get(i), false);
                int[] all =
                        IntStream.concat(IntStream.of(known), IntStream.of(own)).toArray();
                double[] logprobs = llm.score(all);
                double sum = 0;
                for (int at = known.length - 1; at < logprobs.length; at++) {
                    sum += logprobs[at];
                }
                assertThat(found.get(i).tokens())
                        .extracting(TokenLogprob::token)
                        .containsExactlyElementsOf(IntStream.of(own).boxed().toList());
                // Not a bit differs, whether the context came out of the cache or not.
                assertThat(found.get(i).logLikelihood()).isEqualTo(sum);
                assertThat(found.get(i).perToken()).isCloseTo(sum / own.length, within(1e-12));
            }
            assertThat(found.get(4)).isEqualTo(found.get(1));
        }
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void knowsWhatTheModelWouldSay() {
        try (Llm llm = open(TinyModels.options())) {
            GenerationOptions options = GenerationOptions.defaults()
                    .withMaxTokens(1)
                    .withIgnoreEnd(true)
                    .withLogprobs(0);
            int best = llm.generate(CONTEXT, options).tokens()[0];
            String said = llm.detokenize(new int[] {best});
            List<ContinuationScore> found = llm.scoreContinuations(CONTEXT, List.of(said, said + "zzzz"));
            if (llm.tokenize(said, false).length == 1) {
                assertThat(found.get(0).greedy()).isTrue();
            }
            assertThat(found.get(1).greedy()).isFalse();
        }
    }

    @Test
    void computesTheContextOnce() {
        Prompt longer = Prompt.raw("the people by the river ".repeat(5));
        for (boolean caching : new boolean[] {true, false}) {
            try (Llm llm = open(TinyModels.options().blockSize(16).prefixCaching(caching))) {
                int known = llm.encode(longer).length;
                long before = llm.stats().cache().prefixHits();
                llm.scoreContinuations(longer, CONTINUATIONS);
                long hits = llm.stats().cache().prefixHits() - before;
                if (caching) {
                    assertThat(hits).isGreaterThanOrEqualTo((CONTINUATIONS.size() - 1) * (known / 16 - 1) * 16L);
                } else {
                    assertThat(hits).isZero();
                }
            }
        }
    }

    @Test
    void refusesWhatCannotBeScored() throws Exception {
        Llm llm = open(TinyModels.options());
        try (llm) {
            assertThat(llm.scoreContinuations(CONTEXT, List.of())).isEmpty();
            assertThatThrownBy(() -> llm.scoreContinuations(CONTEXT, List.of("a", "")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("continuations[1]");
            assertThatThrownBy(() -> llm.scoreContinuations(CONTEXT, List.of("word ".repeat(300))))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("200");
            List<CompletableFuture<List<ContinuationScore>>> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                running.add(llm.scoreContinuationsAsync(CONTEXT, Collections.nCopies(50, "the old town")));
            }
            running.get(0).cancel(false);
            llm.close();
            assertThat(running.get(0)).isCancelled();
            assertThatThrownBy(() -> running.get(7).get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnavailableException.class);
        }
        TinyModels.assertNothingOutstanding();
    }
}
