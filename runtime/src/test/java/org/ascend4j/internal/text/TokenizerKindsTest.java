package org.ascend4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.pretrained.GgufVocabularies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every pre-tokenization rule and SentencePiece against llama.cpp's ids (golden/tokenizer/kinds.py). */
class TokenizerKindsTest {
    @TempDir
    Path folder;

    /** One line of a golden file; {@code pre} is null for SentencePiece. */
    record Case(String pre, String text, int[] ids, int[] special) {}

    private static Stream<Case> cases(String file) {
        ObjectMapper mapper = new ObjectMapper();
        return new BufferedReader(new InputStreamReader(
                        TokenizerKindsTest.class.getResourceAsStream("/golden/tokenizer/" + file),
                        StandardCharsets.US_ASCII))
                .lines()
                .map(line -> {
                    try {
                        return mapper.readValue(line, Case.class);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static void check(Tokenizer tokenizer, Case golden) {
        assertThat(tokenizer.encode(golden.text, false))
                .as("%s: %s", golden.pre, golden.text)
                .containsExactly(golden.ids);
        assertThat(tokenizer.encode(golden.text, true))
                .as("%s with markers: %s", golden.pre, golden.text)
                .containsExactly(golden.special);
    }

    private static GgufVocabulary withRule(GgufVocabulary v, String pre) {
        return new GgufVocabulary(
                v.source(),
                v.model(),
                pre,
                v.tokens(),
                v.types(),
                v.scores(),
                v.merges(),
                v.bos(),
                v.eos(),
                v.endOfTurn(),
                v.unknown(),
                v.addBos(),
                v.addEos(),
                v.addSpacePrefix());
    }

    @Test
    void cutsWordsAsLlamaCppDoesByEveryRule() throws IOException {
        Path file = SmolLm2Vocabulary.unpack();
        try (GgufFile gguf = GgufFile.open(file)) {
            GgufVocabulary vocabulary = GgufVocabularies.vocabulary(gguf);
            Map<String, Tokenizer> byRule = new HashMap<>();
            cases("pre.jsonl")
                    .forEach(golden -> check(
                            byRule.computeIfAbsent(
                                    golden.pre, pre -> withRule(vocabulary, pre).tokenizer()),
                            golden));
            assertThat(byRule).hasSize(6);
        } finally {
            Files.delete(file);
        }
    }

    private Tokenizer spm() throws IOException {
        Path file = folder.resolve("spm.gguf");
        try (InputStream in = TokenizerKindsTest.class.getResourceAsStream("/golden/tokenizer/spm.gguf")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        try (GgufFile gguf = GgufFile.open(file)) {
            return GgufVocabularies.tokenizer(gguf);
        }
    }

    @Test
    void givesTheIdsOfLlamaCppForSentencePiece() throws IOException {
        Tokenizer tokenizer = spm();
        assertThat(cases("spm-ids.jsonl").peek(golden -> check(tokenizer, golden)))
                .hasSizeGreaterThan(200);
        assertThat(tokenizer.addBos()).isTrue();
        assertThat(tokenizer.withBosEos(new int[] {9}))
                .containsExactly(tokenizer.bos().orElseThrow(), 9);
    }

    @Test
    void decodesSentencePieceWithItsLeadingSpace() throws IOException {
        Tokenizer tokenizer = spm();
        cases("spm-ids.jsonl").filter(golden -> !golden.text.isEmpty()).forEach(golden -> {
            // The mark for a space is a space when it comes back, wherever it came from.
            String expected = " " + golden.text.replace('\u2581', ' ');
            String decoded = tokenizer.decode(tokenizer.encode(golden.text, false));
            assertThat(decoded.replace(" ", "")).isEqualTo(expected.replace(" ", ""));
        });
    }

    @Test
    void refusesKindsItDoesNotKnow() {
        GgufVocabulary vocabulary = vocabulary("gpt2", "nosuch", new String[] {"a"}, new String[0]);
        assertThatThrownBy(vocabulary::tokenizer)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.ggml.pre: found nosuch")
                .hasMessageContaining("smollm");
        GgufVocabulary other = vocabulary("t5", "default", new String[] {"a"}, new String[0]);
        assertThatThrownBy(other::tokenizer)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.ggml.model: found t5");
    }

    @Test
    void refusesVocabulariesThatContradictThemselves() {
        assertThatThrownBy(() -> vocabulary("gpt2", "default", new String[0], new String[0]))
                .isInstanceOf(ModelFormatException.class);
        for (String merge : new String[] {"", "ab", "a ", " b"}) {
            GgufVocabulary vocabulary = vocabulary("gpt2", "default", new String[] {"a"}, new String[] {merge});
            assertThatThrownBy(vocabulary::tokenizer)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("merges[0]");
        }
        GgufVocabulary v = vocabulary("gpt2", "default", new String[] {"a"}, new String[0]);
        assertThatThrownBy(() -> new GgufVocabulary(
                        "m.gguf",
                        "gpt2",
                        "default",
                        v.tokens(),
                        new int[2],
                        v.scores(),
                        v.merges(),
                        v.bos(),
                        v.eos(),
                        v.endOfTurn(),
                        v.unknown(),
                        v.addBos(),
                        v.addEos(),
                        v.addSpacePrefix()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("token_type");
    }

    @Test
    void takesAMergedPieceThatIsNoTokenApartAgain() {
        GgufVocabulary vocabulary =
                vocabulary("gpt2", "default", new String[] {"a", "b", "c", "abc"}, new String[] {"a b", "ab c", "b b"});
        Tokenizer tokenizer = vocabulary.tokenizer();
        assertThat(tokenizer.encode("abc", false)).containsExactly(3);
        assertThat(tokenizer.encode("ab", false)).containsExactly(0, 1);
        assertThat(tokenizer.encode("bb", false)).containsExactly(1, 1);
        assertThat(tokenizer.encode("xa", false)).containsExactly(0);
    }

    private static GgufVocabulary vocabulary(String model, String pre, String[] tokens, String[] merges) {
        return new GgufVocabulary(
                "m.gguf",
                model,
                pre,
                tokens,
                new int[0],
                new float[0],
                merges,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
