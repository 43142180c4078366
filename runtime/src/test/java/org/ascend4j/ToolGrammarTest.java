package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.grammar.Grammar;
import org.ascend4j.internal.grammar.GrammarLimits;
import org.ascend4j.internal.grammar.GrammarMatcher;
import org.ascend4j.internal.grammar.Vocabulary;
import org.ascend4j.internal.tools.CallFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that types at random what it may, byte by byte, calls validly in every family's words. */
class ToolGrammarTest {
    private static final int END = 256;
    private static final int WALKS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<ToolDefinition> TOOLS = List.of(
            new ToolDefinition(
                    "get.weather",
                    "",
                    "{\"type\":\"object\",\"required\":[\"city\"],\"properties\":{\"city\":{\"type\":\"string\","
                            + "\"maxLength\":6},\"celsius\":{\"type\":\"boolean\"}}}"),
            new ToolDefinition("clock", "", ""));

    private static Vocabulary bytes() {
        byte[][] tokens = new byte[END + 1][];
        for (int i = 0; i < END; i++) {
            tokens[i] = new byte[] {(byte) i};
        }
        return Vocabulary.of(tokens, Set.of(END));
    }

    private static String walk(GrammarMatcher matcher, Vocabulary vocabulary, Random random) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int[] words = new int[vocabulary.maskWords()];
        while (matcher.fillMask(words)) {
            List<Integer> allowed = new ArrayList<>();
            BitSet mask = BitSet.valueOf(longs(words));
            mask.stream().forEach(allowed::add);
            // Without a liking for the end and for quotes, texts would be long.
            int token = mask.get(END)
                    ? END
                    : mask.get('"') && random.nextInt(4) > 0 ? '"' : allowed.get(random.nextInt(allowed.size()));
            assertThat(matcher.accept(token)).isTrue();
            if (token != END) {
                text.write(token);
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static long[] longs(int[] words) {
        long[] longs = new long[(words.length + 1) / 2];
        for (int i = 0; i < words.length; i++) {
            longs[i / 2] |= (words[i] & 0xffff_ffffL) << 32 * (i % 2);
        }
        return longs;
    }

    @ParameterizedTest
    @CsvSource({"HERMES,false", "LLAMA3,false", "MISTRAL,false", "MISTRAL,true"})
    void letsNothingBeTypedButCallsThatCanBeRead(CallFormat format, boolean named) throws Exception {
        long seed = Long.getLong("ascend4j.test-seed", System.nanoTime());
        System.out.println("ToolGrammarTest: " + format + ", seed " + seed);
        Random random = new Random(seed);
        AnswerSyntax syntax = new AnswerSyntax(format, false, false, named, TOOLS, ToolChoice.REQUIRED);
        Vocabulary vocabulary = bytes();
        Grammar grammar = Grammar.compile(ToolGrammar.calls(syntax), vocabulary, GrammarLimits.DEFAULT);
        for (int i = 0; i < WALKS; i++) {
            String text = walk(grammar.matcher(), vocabulary, random);
            AnswerParts parts = new AnswerParts(syntax);
            parts.accept(text);
            parts.finish();
            assertThat(parts.calls()).as(text).isNotEmpty();
            for (ToolCall call : parts.calls()) {
                assertValid(call, text);
            }
        }
    }

    private static void assertValid(ToolCall call, String text) throws Exception {
        JsonNode arguments = JSON.readTree(call.arguments());
        assertThat(call.name()).as(text).isIn("get.weather", "clock");
        if (call.name().equals("clock")) {
            assertThat(arguments).as(text).isEmpty();
        } else {
            assertThat(arguments.get("city").isTextual()).as(text).isTrue();
            assertThat(arguments.has("celsius") ? arguments.size() - 1 : arguments.size())
                    .as(text)
                    .isEqualTo(1);
        }
    }
}
