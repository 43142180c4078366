package org.ascend4j.internal.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.ascend4j.ParsedAnswer;
import org.ascend4j.ToolCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerScannerTest {
    /** What a listener heard, in one line. */
    private static final class Heard implements CallListener {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final StringBuilder calls = new StringBuilder();

        @Override
        public void text(String more) {
            assertThat(more).isNotEmpty();
            text.append(more);
        }

        @Override
        public void reasoning(String more) {
            assertThat(more).isNotEmpty();
            reasoning.append(more);
        }

        @Override
        public void call(String id, String name, String arguments) {
            calls.append(name)
                    .append(arguments)
                    .append(id.isEmpty() ? "" : "#" + id)
                    .append(';');
        }

        @Override
        public String toString() {
            return "(" + reasoning + ")" + text + "|" + calls;
        }
    }

    private static String scan(CallFormat format, boolean thinking, String answer, int piece) {
        Heard heard = new Heard();
        AnswerScanner scanner = new AnswerScanner(format, true, thinking, heard);
        for (int from = 0; from < answer.length(); from += piece) {
            scanner.accept(answer.substring(from, Math.min(answer.length(), from + piece)));
        }
        scanner.finish();
        return heard.toString();
    }

    /** The same however the answer is cut. */
    private static String scan(CallFormat format, String answer) {
        String whole = scan(format, false, answer, Math.max(1, answer.length()));
        for (int piece = 1; piece < 9; piece++) {
            assertThat(scan(format, false, answer, piece))
                    .as("pieces of " + piece)
                    .isEqualTo(whole);
        }
        return whole;
    }

    @Test
    void readsCallsOfHermesAndQwen() {
        String one =
                "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, 2.5, null], \"b\": \"x\\n</tool_call>\"}}\n</tool_call>";
        assertThat(scan(CallFormat.HERMES, one)).isEqualTo("()|f{\"a\":[1,2.5,null],\"b\":\"x\\n</tool_call>\"};");
        assertThat(scan(CallFormat.HERMES, "Let me see.\n" + one + "\n" + one + "\nDone."))
                .startsWith("()Let me see.\nDone.|f{")
                .contains(";f{");
        assertThat(scan(CallFormat.HERMES, "<think>\nHm <b>.\n</think>\n\n" + one))
                .startsWith("(Hm <b>.)|f{");
        assertThat(scan(CallFormat.HERMES, "<tool_call>{\"name\":\"f\",\"arguments\":\"{\\\"a\\\": 1}\"}"))
                .isEqualTo("()|f{\"a\":1};");
        assertThat(scan(CallFormat.HERMES, "<tool_call>{\"name\":\"f\"}</tool_call>"))
                .isEqualTo("()|f{};");
    }

    @Test
    void readsCallsOfLlama() {
        assertThat(scan(CallFormat.LLAMA3, "{\"name\": \"f\", \"parameters\": {\"q\": \"}{\"}}"))
                .isEqualTo("()|f{\"q\":\"}{\"};");
        assertThat(scan(CallFormat.LLAMA3, " <|python_tag|>{\"name\":\"f\",\"parameters\":{}}; {\"name\":\"g\"}"))
                .isEqualTo("()|f{};g{};");
        assertThat(scan(CallFormat.LLAMA3, "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{}}}"))
                .isEqualTo("()|f{};");
        for (String text :
                List.of("Hello {\"name\":\"f\"}", "{\"answer\": 4}", "{not json}", "<|python", "{\"name\":")) {
            assertThat(scan(CallFormat.LLAMA3, text)).isEqualTo("()" + text + "|");
        }
    }

    @Test
    void readsCallsOfMistral() {
        assertThat(
                        scan(
                                CallFormat.MISTRAL,
                                "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"a\": \"]\"}, \"id\": \"abc\"}, {\"name\": \"g\"}]"))
                .isEqualTo("()|f{\"a\":\"]\"}#abc;g{};");
        assertThat(scan(CallFormat.MISTRAL, "Sure.[TOOL_CALLS]f[ARGS]{\"a\": 1}[TOOL_CALLS]g[CALL_ID]x1[ARGS]{}"))
                .isEqualTo("()Sure.|f{\"a\":1};g{}#x1;");
        for (String text :
                List.of("[TOOL_CALLS]", "[TOOL_CALLS][]", "[TOOL_CALLS]f[X]", "[TOOL", "[TOOL_CALLS]f[ARGS]7")) {
            assertThat(scan(CallFormat.MISTRAL, text)).isEqualTo("()" + text + "|");
        }
    }

    @Test
    void readsThoughts() {
        assertThat(scan(CallFormat.NONE, "<think>\nwhy\n\n</think>\n\nbecause\n"))
                .isEqualTo("(why)because\n|");
        assertThat(scan(CallFormat.NONE, "<think></think>x")).isEqualTo("()x|");
        assertThat(scan(CallFormat.NONE, "x <think>no</think>")).isEqualTo("()x <think>no</think>|");
        assertThat(scan(CallFormat.NONE, "<think>never ends")).isEqualTo("(never ends)|");
        assertThat(scan(CallFormat.NONE, "<thin")).isEqualTo("()<thin|");
        for (int piece = 1; piece < 5; piece++) {
            assertThat(scan(CallFormat.NONE, true, "I see </b>.\n</think> 4", piece))
                    .isEqualTo("(I see </b>.)4|");
        }
    }

    @Test
    void leavesWhatIsNoCallAsItWas() {
        for (String text : List.of(
                "",
                " ",
                "a < b",
                "<tool_cal",
                "<tool_call>",
                "<tool_call>x",
                "<tool_call>{",
                "<tool_call>{}</tool_call>",
                "<tool_call>{\"name\": 7}</tool_call>",
                "<tool_call>{\"name\": \"f\", \"arguments\": 3}</tool_call>",
                "<tool_call>{\"name\": \"f\", \"name\": \"g\"}</tool_call>",
                "<tool_call>{\"name\": \"" + "f".repeat(300) + "\"}</tool_call>",
                "<tool_call>" + "[".repeat(200),
                "<<tool_call>>",
                "[TOOL_CALLS]")) {
            assertThat(scan(CallFormat.HERMES, text)).isEqualTo("()" + text + "|");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<tool_call>",
                "<tool_call>{",
                "<tool_call>{}",
                "<tool_call>{\"",
                "<tool_cal",
                "<",
                "<think>",
                "</think>",
                "[TOOL_CALLS]",
                "[TOOL_CALLS]a",
                "[TOOL_CALLS][",
                "[TOOL_CALLS]a[CALL_ID]",
                "[TOOL_CALLS]a[ARGS]{",
                "{",
                "{\"a\":",
                "<|python_tag|>{",
                " ",
                "\n",
                "{};",
                "{\"name\":\"f\"};"
            })
    void takesTimeInProportionToTheAnswer(String unit) {
        String answer = unit.repeat((1 << 20) / unit.length());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (CallFormat format : CallFormat.values()) {
            for (int piece : new int[] {1 << 20, 7}) {
                scan(format, true, answer, piece);
                // Of this thread alone, as others may run; what grew with the square would take minutes.
                long start = threads.getCurrentThreadCpuTime();
                scan(format, false, answer, piece);
                assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start))
                        .as(format.name())
                        .isLessThan(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void losesNothingOfRandomAnswers() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        String[] parts = {
            "<think>",
            "</think>",
            "<tool_call>",
            "</tool_call>",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            "name",
            ":",
            "f",
            " ",
            "\n",
            "[TOOL_CALLS]",
            "[ARGS]",
            "[CALL_ID]",
            "<|python_tag|>",
            ";",
            "<",
            "{\"name\":\"f\"}",
            "text"
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder answer = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                answer.append(parts[random.nextInt(parts.length)]);
            }
            for (CallFormat format : CallFormat.values()) {
                String text = answer.toString();
                String whole = scan(format, false, text, text.length());
                assertThat(scan(format, false, text, 1 + random.nextInt(5)))
                        .as("seed " + seed + ", round " + round + ": " + text)
                        .isEqualTo(whole);
                boolean marked = text.contains("think>") || whole.endsWith(";");
                if (!marked) {
                    assertThat(whole).as("seed " + seed + ", round " + round).isEqualTo("()" + text + "|");
                }
            }
        }
    }

    @Test
    void choosesTheFormatOfATemplate() {
        assertThat(CallFormat.ofTemplate("… <tool_call> …")).isEqualTo(CallFormat.HERMES);
        assertThat(CallFormat.ofTemplate("… [TOOL_CALLS] …")).isEqualTo(CallFormat.MISTRAL);
        assertThat(CallFormat.ofTemplate("… Environment: ipython …")).isEqualTo(CallFormat.LLAMA3);
        assertThat(CallFormat.ofTemplate("{{ messages }}")).isEqualTo(CallFormat.NONE);
        ParsedAnswer parsed = ParsedAnswer.of(
                "<think>x</think>y<tool_call>{\"name\":\"f\"}</tool_call>", "<tool_call> <think>", false);
        assertThat(parsed).isEqualTo(new ParsedAnswer("x", "y", List.of(new ToolCall("", "f", "{}"))));
    }
}
