package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LlmTest {
    private static final Prompt PROMPT = Prompt.raw("The first people who measured rivers");
    private static final GenerationOptions SHORT =
            GenerationOptions.defaults().withMaxTokens(40).withIgnoreEnd(true);

    private static final AtomicLong LOADED = new AtomicLong();
    private static Llm llm;

    @BeforeAll
    static void open() {
        llm = Llm.open(TinyModels.path("q8_0"), TinyModels.options().build(), (loaded, total) -> {
            assertThat(loaded).isBetween(LOADED.get(), total);
            LOADED.set(loaded == total ? -1 : loaded);
        });
    }

    @AfterAll
    static void close() {
        llm.close();
        llm.close();
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void tellsWhatItOpened() {
        assertThat(llm.contextLength()).isEqualTo(512);
        assertThat(llm.device().name()).isEqualTo("host");
        assertThat(llm.device().library()).contains("libascendcl.so");
        assertThat(llm.modelName()).isNotBlank();
        assertThat(llm.loadNanos()).isPositive();
        assertThat(llm.compatibility()).isNotNull();
        assertThat(TinyModels.outstandingOnHost())
                .as("an open model is counted")
                .containsPattern("[1-9]");
        assertThat(LOADED).as("progress reached the total").hasValue(-1);
    }

    @Test
    void streamsTheAnswerThatItGenerates() {
        for (GenerationOptions options :
                List.of(SHORT, SHORT.withTemperature(1.5).withSeed(3), SHORT.withMaxTokens(1))) {
            Completion whole = llm.generate(PROMPT, options);
            StringBuilder text = new StringBuilder();
            List<Integer> tokens = new ArrayList<>();
            try (TokenStream stream = llm.stream(PROMPT, options)) {
                while (stream.hasNext()) {
                    AnswerPiece piece = stream.next();
                    text.append(piece.text());
                    Arrays.stream(piece.tokens()).forEach(tokens::add);
                    assertThat(piece.last()).isEqualTo(!stream.hasNext());
                }
                assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
                Completion same = stream.completion();
                assertThat(same.text()).isEqualTo(whole.text());
                assertThat(same.tokens()).isEqualTo(whole.tokens());
                assertThat(same.promptTokens()).isEqualTo(whole.promptTokens());
            }
            assertThat(text).hasToString(whole.text());
            assertThat(whole.text()).isEqualTo(llm.detokenize(whole.tokens()));
            assertThat(tokens)
                    .containsExactlyElementsOf(
                            Arrays.stream(whole.tokens()).boxed().toList());
            assertThat(whole.tokens()).hasSize(options.maxTokens());
            assertThat(whole.finishReason()).isEqualTo(FinishReason.LENGTH);
            assertThat(whole.timeToFirstTokenNanos()).isPositive();
            assertThat(whole.decodeTokensPerSecond() > 0).isEqualTo(options.maxTokens() > 1);
        }
    }

    @Test
    void repeatsASampledAnswerWithItsSeedOnly() {
        GenerationOptions options = SHORT.withTemperature(1.2).withTopK(50).withTopP(0.95);
        int[] first = llm.generate(PROMPT, options.withSeed(1)).tokens();
        assertThat(llm.generate(PROMPT, options.withSeed(1)).tokens()).isEqualTo(first);
        assertThat(llm.generate(PROMPT, options.withSeed(2)).tokens()).isNotEqualTo(first);
        assertThat(llm.generate(PROMPT, options).tokens())
                .isNotEqualTo(llm.generate(PROMPT, options).tokens());
    }

    @Test
    void drawsTheBestTokenWhenOneIsKept() {
        int[] greedy = llm.generate(PROMPT, SHORT).tokens();
        assertThat(llm.generate(PROMPT, SHORT.withTemperature(1).withTopK(1)).tokens())
                .isEqualTo(greedy);
        assertThat(llm.generate(PROMPT, SHORT.withTemperature(1).withTopP(1e-9)).tokens())
                .isEqualTo(greedy);
    }

    @Test
    void fillsTheContextWithoutALimit() {
        int[] ids = new int[500];
        Arrays.fill(ids, 300);
        Completion completion =
                llm.generate(Prompt.tokens(ids), GenerationOptions.defaults().withIgnoreEnd(true));
        assertThat(completion.tokens()).hasSize(12);
        assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
        int[] longest = Arrays.copyOf(ids, 511);
        longest[510] = 300;
        assertThat(llm.generate(Prompt.tokens(longest), SHORT).tokens()).hasSize(1);
    }

    @Test
    void refusesAPromptThatFillsTheContext() {
        assertThatThrownBy(() -> llm.stream(Prompt.tokens(new int[512]), SHORT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("512 tokens")
                .hasMessageContaining("context");
        assertThatThrownBy(() -> llm.generate(Prompt.raw("rivers ".repeat(5000)), SHORT))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void refusesPromptsWithoutTokensAndTokensOutsideTheVocabulary() {
        for (Prompt prompt : List.of(
                Prompt.tokens(),
                Prompt.chat(List.of()),
                Prompt.tokens(5, 999),
                Prompt.tokens(-1),
                Prompt.tokens(1 << 30))) {
            assertThatThrownBy(() -> llm.generate(prompt, SHORT))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("found");
        }
        assertThat(llm.generate(Prompt.raw(""), SHORT).promptTokens())
                .as("the model's BOS")
                .hasSize(1);
    }

    @Test
    void refusesHalfASurrogatePair() {
        for (String text : List.of("a\uD83D", "\uDE00b", "\uDE00\uD83D")) {
            assertThatThrownBy(() -> llm.generate(Prompt.raw(text), SHORT)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> llm.generate(text)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> llm.tokenize(text, false)).isInstanceOf(InvalidRequestException.class);
        }
        assertThat(llm.detokenize(llm.tokenize("\uD83D\uDE00", false))).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void stopsWhenCancelledAndKeepsWhatItHas() {
        GenerationOptions endless = GenerationOptions.defaults().withIgnoreEnd(true);
        try (TokenStream stream = llm.stream(PROMPT, endless)) {
            stream.next();
            stream.next();
            stream.cancel();
            Completion completion = stream.completion();
            assertThat(completion.finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(completion.tokens()).hasSizeBetween(2, 500);
            assertThat(completion.tokens())
                    .isEqualTo(Arrays.copyOf(llm.generate(PROMPT, endless).tokens(), completion.tokens().length));
        }
    }

    @Test
    void goesOnAfterStreamsThatNobodyReads() {
        for (int i = 0; i < 40; i++) {
            llm.stream(PROMPT, SHORT).close();
        }
        assertThat(llm.generate(PROMPT, SHORT).tokens()).hasSize(40);
    }

    @Test
    void failsTheReaderThatIsInterrupted() throws Exception {
        Throwable[] thrown = new Throwable[1];
        boolean[] interrupted = new boolean[1];
        Thread reader = new Thread(() -> {
            try (TokenStream stream =
                    llm.stream(PROMPT, GenerationOptions.defaults().withIgnoreEnd(true))) {
                Thread.currentThread().interrupt();
                stream.completion();
            } catch (AscendException e) {
                thrown[0] = e;
                interrupted[0] = Thread.currentThread().isInterrupted();
            }
        });
        reader.start();
        reader.join();
        assertThat(thrown[0]).isInstanceOf(AscendException.class).hasMessageContaining("interrupted");
        assertThat(interrupted[0]).isTrue();
        assertThat(llm.generate(PROMPT, SHORT).tokens()).hasSize(40);
    }
}
