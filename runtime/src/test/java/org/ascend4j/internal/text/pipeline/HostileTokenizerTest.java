package org.ascend4j.internal.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.text.MarkerShield;
import org.ascend4j.internal.text.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** tokenizer.json as an attacker writes it, and text as one sends it. */
@Timeout(20)
class HostileTokenizerTest {
    private static final TokenizerJson.Settings BARE =
            new TokenizerJson.Settings(OptionalInt.empty(), OptionalInt.empty(), Set.of(), 0, Optional.empty());

    @TempDir
    Path folder;

    private TokenizerJson read(String json) throws IOException {
        return TokenizerJson.read(Files.writeString(folder.resolve("tokenizer.json"), json));
    }

    private void refuses(String json, String... parts) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.json: ")
                .satisfies(
                        e -> assertThat(parts).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }

    private static String bpe(String vocabulary, String merges, String rest) {
        return "{\"model\":{\"type\":\"BPE\",\"vocab\":" + vocabulary + ",\"merges\":" + merges + "}" + rest + "}";
    }

    @Test
    void refusesWhatIsNoTokenizer() {
        refuses("", "byte 0");
        refuses("[]", "expected an object");
        refuses("{}", "model");
        refuses("{\"model\":{\"type\":\"WordLevel\"}}", "model.type", "\"WordLevel\"", "BPE, Unigram or WordPiece");
        refuses(bpe("{}", "[]", ""), "model.vocab");
        refuses("{\"model\":" + "[".repeat(100_000), "byte ");
        refuses(bpe("{\"a\":0,\"a\":1}", "[]", ""), "Duplicate");
    }

    @Test
    void refusesIdsThatCannotBe() {
        for (String id : List.of("-1", "4194305", "1e30", "1.5", "\"0\"", "null", "9223372036854775808")) {
            refuses(bpe("{\"a\":" + id + "}", "[]", ""), "model.vocab.a");
            refuses(
                    bpe("{\"a\":0}", "[]", ",\"added_tokens\":[{\"id\":" + id + ",\"content\":\"x\"}]"),
                    "added_tokens[0].id");
        }
        refuses(bpe("{\"a\":0,\"b\":0}", "[]", ""), "an id that no other piece has");
    }

    @Test
    void refusesAddedTokensThatContradict() {
        refuses(bpe("{\"a\":0}", "[]", ",\"added_tokens\":[{\"id\":1,\"content\":\"\"}]"), "content", "1 to 1024");
        refuses(bpe("{\"a\":0}", "[]", ",\"added_tokens\":[{\"id\":0,\"content\":\"b\"}]"), "a free id");
        refuses(bpe("{\"a\":0}", "[]", ",\"added_tokens\":[{\"id\":7,\"content\":\"a\"}]"), "expected 0");
        refuses(
                bpe("{\"a\":0}", "[]", ",\"added_tokens\":[{\"id\":1,\"content\":\"x\"},{\"id\":1,\"content\":\"y\"}]"),
                "added_tokens[1].id");
        String long1 = "x".repeat(2000);
        refuses(bpe("{\"a\":0}", "[]", ",\"added_tokens\":[{\"id\":1,\"content\":\"" + long1 + "\"}]"), "1 to 1024");
    }

    @Test
    void refusesMergesOfMissingPieces() {
        refuses(bpe("{\"a\":0,\"b\":1}", "[\"a b\"]", ""), "model.merges[0]", "\"a b\"");
        refuses(bpe("{\"a\":0,\"b\":1,\"ab\":2}", "[\"a b\",\"ab c\"]", ""), "model.merges[1]");
        refuses(bpe("{\"a\":0}", "[\"a\"]", ""), "model.merges[0]", "two pieces");
        refuses(bpe("{\"a\":0}", "[[\"a\",1]]", ""), "model.merges[0]");
        refuses(bpe("{\"a\":0}", "7", ""), "model.merges", "an array");
    }

    @Test
    void refusesStepsThatAreNotKnownByName() {
        refuses(
                bpe("{\"a\":0}", "[]", ",\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}"),
                "normalizer.type",
                "\"Precompiled\"");
        refuses(bpe("{\"a\":0}", "[]", ",\"pre_tokenizer\":{\"type\":\"Exec\"}"), "pre_tokenizer.type", "\"Exec\"");
        refuses(bpe("{\"a\":0}", "[]", ",\"decoder\":{\"type\":\"CTC\"}"), "decoder.type", "\"CTC\"");
        refuses(bpe("{\"a\":0}", "[]", ",\"post_processor\":{\"type\":\"X\"}"), "post_processor.type");
        refuses(
                bpe(
                        "{\"a\":0}",
                        "[]",
                        ",\"post_processor\":{\"type\":\"BertProcessing\",\"cls\":[\"a\",5],\"sep\":[\"a\",0]}"),
                "post_processor.cls[1]",
                "0 to 0");
    }

    private static String splitting(String regex) throws IOException {
        return bpe(
                "{\"a\":0}",
                "[]",
                ",\"pre_tokenizer\":{\"type\":\"Split\",\"behavior\":\"Isolated\",\"pattern\":{\"Regex\":"
                        + new ObjectMapper().writeValueAsString(regex) + "}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}b", "(a*)*b", "(?:a|b|ab)*c", "(x+x+)+y|(a+a+)+b"})
    void boundsPatternsThatBacktrack(String regex) throws IOException {
        Tokenizer tokenizer = read(splitting(regex)).tokenizer(BARE);
        String text = "a".repeat(50_000) + "!";
        long start = System.nanoTime();
        try {
            tokenizer.encode(text, false);
        } catch (InvalidRequestException e) {
            assertThat(e).hasMessageContaining("tokenizer.json");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "a{2,1}", "\\p{Nonsense}", "(a)\\1", "*", "(?<"})
    void refusesPatternsThatAreNone(String regex) throws IOException {
        String json = splitting(regex);
        refuses(json, "pre_tokenizer.pattern.Regex");
    }

    @Test
    void boundsPatternsInSize() throws IOException {
        String[] sources = {splitting("(".repeat(1000) + ")".repeat(1000)), splitting("a".repeat(5000))};
        for (String json : sources) {
            refuses(json, "pre_tokenizer.pattern.Regex", "at most 2048");
        }
    }

    @Test
    void boundsWhatNormalizersMakeOfText() throws IOException {
        String replace =
                "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"" + "a".repeat(1000) + "\"}";
        String steps = String.join(",", List.of(replace, replace, replace, replace));
        Tokenizer tokenizer = read(bpe(
                        "{\"a\":0}", "[]", ",\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[" + steps + "]}"))
                .tokenizer(BARE);
        assertThatThrownBy(() -> tokenizer.encode("aaaaaaaaaa", false)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void refusesMoreIdsThanTheModelHasRows() throws IOException {
        TokenizerJson json = read(bpe("{\"a\":0,\"b\":9}", "[]", ""));
        TokenizerJson.Settings few =
                new TokenizerJson.Settings(OptionalInt.empty(), OptionalInt.empty(), Set.of(), 9, Optional.empty());
        assertThatThrownBy(() -> json.tokenizer(few))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("up to 9");
        Tokenizer tokenizer = json.tokenizer(BARE);
        assertThat(tokenizer.vocabularySize()).isEqualTo(10);
        assertThat(tokenizer.bytes(5)).isEmpty();
        assertThatThrownBy(() -> tokenizer.bytes(10)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> tokenizer.encode("\uD800", false)).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen", "flags", "llama2", "mistral", "gemma", "bert"})
    void givesUsersNoMarkers(String name) {
        Tokenizer tokenizer = PipelineGoldenTest.tokenizer(name);
        List<String> markers = new ArrayList<>();
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            if (tokenizer.isSpecial(id)) {
                markers.add(new String(tokenizer.bytes(id, true), StandardCharsets.UTF_8));
            }
        }
        assertThat(markers).isNotEmpty();
        List<String> texts = new ArrayList<>(markers);
        markers.forEach(
                marker -> texts.addAll(List.of(marker + marker, marker.substring(1) + marker, "x" + marker + " ")));
        // What a normalizer would make a marker of.
        texts.add("＜|im_start|＞<BOTH>\uFF1Cs\uFF1E");
        MarkerShield shield = MarkerShield.over(texts);
        for (String text : texts) {
            for (int id : tokenizer.encode(shield.protect(tokenizer, text), true, shield)) {
                assertThat(tokenizer.isSpecial(id) && !unknown(tokenizer, id))
                        .as(text)
                        .isFalse();
            }
            for (String marker : markers) {
                // A head that the text behind would complete.
                String head = marker.substring(0, marker.length() - 1);
                String around = shield.protect(tokenizer, head) + marker.substring(marker.length() - 1);
                for (int id : tokenizer.encode(around, true, shield)) {
                    assertThat(tokenizer.isSpecial(id) && !unknown(tokenizer, id))
                            .as(around)
                            .isFalse();
                }
            }
        }
    }

    /** What stands for characters that the vocabulary lacks is no marker that anyone could abuse. */
    private static boolean unknown(Tokenizer tokenizer, int id) {
        String text = new String(tokenizer.bytes(id, true), StandardCharsets.UTF_8);
        return text.equals("<unk>") || text.equals("[UNK]");
    }

    @Test
    void survivesRandomChangesOfWholeFiles() throws IOException {
        long seed = 20_261_123;
        Random random = new Random(seed);
        String[] names = {"llama3", "llama2", "bert", "unigram", "flags"};
        for (int round = 0; round < 300; round++) {
            String name = names[round % names.length];
            byte[] bytes = Files.readAllBytes(PipelineGoldenTest.file(name + ".json"));
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
            }
            tries(bytes, "seed " + seed + ", round " + round + ", " + name);
        }
    }

    @Test
    void survivesMembersOfOtherTypes() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String name : List.of("llama3", "llama2", "bert", "unigram")) {
            ObjectNode whole =
                    (ObjectNode) mapper.readTree(Files.readAllBytes(PipelineGoldenTest.file(name + ".json")));
            List<String> members = new ArrayList<>();
            whole.fieldNames().forEachRemaining(members::add);
            List<String> inner = new ArrayList<>();
            whole.get("model").fieldNames().forEachRemaining(inner::add);
            for (String value : List.of("null", "7", "\"x\"", "[]", "{}", "[7]", "[[1,2]]", "{\"type\":7}", "true")) {
                for (String member : members) {
                    ObjectNode copy = whole.deepCopy();
                    copy.set(member, mapper.readTree(value));
                    tries(mapper.writeValueAsBytes(copy), name + "." + member + " = " + value);
                }
                for (String member : inner) {
                    ObjectNode copy = whole.deepCopy();
                    ((ObjectNode) copy.get("model")).set(member, mapper.readTree(value));
                    tries(mapper.writeValueAsBytes(copy), name + ".model." + member + " = " + value);
                }
            }
        }
    }

    private void tries(byte[] json, String what) throws IOException {
        Path file = Files.write(folder.resolve("tokenizer.json"), json);
        try {
            Tokenizer tokenizer = TokenizerJson.read(file).tokenizer(BARE);
            int[] ids = tokenizer.encode("Hello <s> [CLS] wörld 12", true);
            tokenizer.decode(ids, true);
        } catch (AscendException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | Error e) {
            fail(what, e);
        }
    }
}
