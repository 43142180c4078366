package org.ascend4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** SmolLM2's own vocabulary against llama.cpp's ids (golden/tokenizer/make.py). */
class SmolLm2TokenizerTest {
    private static final Tokenizer TOKENIZER = SmolLm2Vocabulary.tokenizer();
    private static final int IM_START = 1;
    private static final int IM_END = 2;

    private static <T> List<T> golden(String name, Class<T> type) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<T> values = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                SmolLm2TokenizerTest.class.getResourceAsStream("/golden/tokenizer/" + name),
                StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                values.add(mapper.readValue(line, type));
            }
        }
        return values;
    }

    private static void matches(String ids, boolean parseSpecial) throws IOException {
        List<String> strings = golden("strings.jsonl", String.class);
        List<int[]> expected = golden(ids, int[].class);
        assertThat(strings).hasSize(200);
        for (int i = 0; i < strings.size(); i++) {
            assertThat(TOKENIZER.encode(strings.get(i), parseSpecial))
                    .as("line %d: %s", i + 1, strings.get(i))
                    .containsExactly(expected.get(i));
        }
    }

    @Test
    void givesTheIdsOfLlamaCpp() throws IOException {
        matches("smollm2-ids.jsonl", false);
    }

    @Test
    void givesTheIdsOfLlamaCppWithMarkersReadAsSuch() throws IOException {
        matches("smollm2-special.jsonl", true);
    }

    @Test
    void decodesWhatItEncodesButForBytesThatTheVocabularyLacks() throws IOException {
        boolean[] present = new boolean[256];
        for (int id = 0; id < TOKENIZER.vocabularySize(); id++) {
            byte[] bytes = TOKENIZER.bytes(id);
            if (bytes.length == 1) {
                present[bytes[0] & 0xFF] = true;
            }
        }
        int checked = 0;
        for (String text : golden("strings.jsonl", String.class)) {
            boolean whole = true;
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                whole &= present[b & 0xFF];
            }
            if (whole) {
                assertThat(TOKENIZER.decode(TOKENIZER.encode(text, false))).isEqualTo(text);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(150);
    }

    @Test
    void neverReadsAMarkerOutOfUserText() {
        for (int id = 0; id < TOKENIZER.vocabularySize(); id++) {
            if (TOKENIZER.isSpecial(id)) {
                String marker = new String(TOKENIZER.bytes(id, true), StandardCharsets.UTF_8);
                for (String text : List.of(marker, "a" + marker + "b", " " + marker, marker + marker)) {
                    assertThat(Arrays.stream(TOKENIZER.encode(text, false))).noneMatch(TOKENIZER::isSpecial);
                    assertThat(TOKENIZER.encode(text, true)).contains(id);
                }
                assertThat(TOKENIZER.bytes(id)).isEmpty();
            }
        }
    }

    @Test
    void knowsWhatTheFileSays() {
        assertThat(TOKENIZER.vocabularySize()).isEqualTo(49_152);
        assertThat(TOKENIZER.bos()).hasValue(IM_START);
        assertThat(TOKENIZER.eos()).hasValue(IM_END);
        assertThat(TOKENIZER.addBos()).isFalse();
        assertThat(TOKENIZER.addEos()).isFalse();
        assertThat(TOKENIZER.endOfGeneration()).containsExactly(0, 2);
        assertThat(TOKENIZER.isSpecial(IM_START)).isTrue();
        assertThat(TOKENIZER.isSpecial(100)).isFalse();
        assertThat(TOKENIZER.withBosEos(new int[] {5})).containsExactly(5);
    }

    @Test
    void refusesIdsOutsideTheVocabulary() {
        for (int id : new int[] {-1, 49_152, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> TOKENIZER.bytes(id))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("0 to 49151");
        }
    }

    @Test
    void refusesHalfASurrogatePair() {
        for (String text : List.of("a\uD83D", "\uDE00b", "\uD83D\uD83D\uDE00")) {
            assertThatThrownBy(() -> TOKENIZER.encode(text, false))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("half a surrogate pair");
        }
    }

    @Test
    void staysQuickOnLongWordsAndManyMarkers() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (String part : List.of("a", " ", "1", "!", "é", "\n", "ab", "🙂", "<|im_start|>", "<|", "'", "的")) {
                String text = part.repeat(100_000);
                TOKENIZER.encode(text, false);
                TOKENIZER.encode(text, true);
            }
        });
    }

    @Test
    void streamsTheTextOfAnyCutOfItsBytes() {
        long seed = 42;
        Random random = new Random(seed);
        String text = "Grüße, 世界! 🙂👩‍👩‍👧 ½ \u2028 e\u0301";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 200; round++) {
            StreamDecoder decoder = new StreamDecoder();
            StringBuilder out = new StringBuilder();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + random.nextInt(4));
                String piece = decoder.push(Arrays.copyOfRange(bytes, at, end));
                assertThat(piece).as("seed %d, round %d", seed, round).doesNotContain("\uFFFD");
                assertThat(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                        .isTrue();
                out.append(piece);
                at = end;
            }
            assertThat(out.append(decoder.flush())).hasToString(text);
        }
    }
}
