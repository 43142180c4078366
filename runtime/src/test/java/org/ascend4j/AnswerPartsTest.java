package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.text.MarkerShield;
import org.ascend4j.internal.text.Tokenizer;
import org.ascend4j.internal.tools.CallFormat;
import org.junit.jupiter.api.Test;

/** Answers taken apart token by token, fed by hand; ids are bytes, but for two special tokens. */
class AnswerPartsTest {
    private static final int TOOL_CALLS = 256;
    private static final int IM_END = 257;
    private static final ToolDefinition TOOL = new ToolDefinition("f", "", "");

    private final AtomicReference<org.ascend4j.FinishReason> ended = new AtomicReference<>();

    /** As little of a vocabulary as an answer needs. */
    private static final class Bytes implements Tokenizer {
        @Override
        public int[] encode(CharSequence text, boolean parseSpecial, MarkerShield shield) {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            int[] ids = new int[bytes.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = bytes[i] & 0xff;
            }
            return ids;
        }

        @Override
        public String breakMarkers(String text, char wedge) {
            return text;
        }

        @Override
        public byte[] bytes(int id, boolean special) {
            if (id < 256) {
                return new byte[] {(byte) id};
            }
            String marker = id == TOOL_CALLS ? "[TOOL_CALLS]" : "<|im_end|>";
            return special ? marker.getBytes(StandardCharsets.UTF_8) : new byte[0];
        }

        @Override
        public int vocabularySize() {
            return 258;
        }

        @Override
        public OptionalInt bos() {
            return OptionalInt.empty();
        }

        @Override
        public OptionalInt eos() {
            return OptionalInt.of(IM_END);
        }

        @Override
        public boolean addBos() {
            return false;
        }

        @Override
        public boolean addEos() {
            return false;
        }

        @Override
        public boolean isSpecial(int id) {
            return id >= 256;
        }

        @Override
        public Set<Integer> endOfGeneration() {
            return Set.of(IM_END);
        }
    }

    private TokenStream stream(CallFormat format, boolean thinking, ToolChoice choice) {
        AnswerSyntax syntax = new AnswerSyntax(format, true, thinking, false, List.of(TOOL), choice);
        return new TokenStream(
                new Bytes(),
                new EncodedPrompt(new int[] {1}, syntax),
                GenerationOptions.defaults(),
                new Streaming(4096, Duration.ofSeconds(5)),
                ended::set);
    }

    private static void feed(TokenStream stream, String text) {
        for (int id : new Bytes().encode(text, false)) {
            stream.sink().token(id);
        }
    }

    private static Completion end(TokenStream stream, FinishReason reason, List<AnswerPiece> pieces) {
        stream.sink().token(IM_END);
        stream.sink().finished(reason);
        stream.forEachRemaining(pieces::add);
        return stream.completion();
    }

    @Test
    void givesThoughtsTextAndCallsEachAsTheyCome() {
        TokenStream stream = stream(CallFormat.HERMES, false, ToolChoice.AUTO);
        feed(
                stream,
                "<think>\nHm, why?\n</think>\n\nLet me see. <tool_call>\n{\"name\":\"f\",\"arguments\":{\"a\":1}}");
        feed(stream, "\n</tool_call>");
        List<AnswerPiece> pieces = new ArrayList<>();
        Completion answer = end(stream, FinishReason.STOP, pieces);
        assertThat(answer.reasoning()).isEqualTo("Hm, why?");
        assertThat(answer.text().strip()).isEqualTo("Let me see.");
        assertThat(answer.toolCalls()).hasSize(1);
        assertThat(answer.toolCalls().get(0).arguments()).isEqualTo("{\"a\":1}");
        assertThat(answer.finishReason()).isEqualTo(org.ascend4j.FinishReason.TOOL_CALLS);
        assertThat(String.join("", pieces.stream().map(AnswerPiece::text).toList()))
                .isEqualTo(answer.text());
        assertThat(String.join("", pieces.stream().map(AnswerPiece::reasoning).toList()))
                .isEqualTo(answer.reasoning());
        assertThat(pieces.stream().flatMap(piece -> piece.toolCalls().stream()))
                .containsExactlyElementsOf(answer.toolCalls());
        assertThat(answer.tokens()).hasSizeGreaterThan(80);
    }

    @Test
    void readsAMarkerThatIsASpecialToken() {
        TokenStream stream = stream(CallFormat.MISTRAL, false, ToolChoice.AUTO);
        stream.sink().token(TOOL_CALLS);
        feed(stream, "[{\"name\":\"f\",\"arguments\":{}}]");
        Completion answer = end(stream, FinishReason.STOP, new ArrayList<>());
        assertThat(answer.toolCalls()).extracting(ToolCall::name).containsExactly("f");
        assertThat(answer.toolCalls().get(0).id()).matches("[A-Za-z0-9]{9}");
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void goesOnWithAThoughtThatThePromptBegan() {
        TokenStream stream = stream(CallFormat.NONE, true, ToolChoice.NONE);
        feed(stream, "perhaps</think>Yes.");
        Completion answer = end(stream, FinishReason.STOP, new ArrayList<>());
        assertThat(answer.reasoning()).isEqualTo("perhaps");
        assertThat(answer.text()).isEqualTo("Yes.");
        assertThat(answer.finishReason()).isEqualTo(org.ascend4j.FinishReason.STOP);
    }

    @Test
    void endsAtTheFirstCallWhereOneIsEnough() {
        TokenStream stream = stream(CallFormat.HERMES, false, ToolChoice.AUTO.withParallel(false));
        String call = "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>";
        feed(stream, call + call + "and more");
        Completion answer = end(stream, FinishReason.LENGTH, new ArrayList<>());
        assertThat(answer.toolCalls()).hasSize(1);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.finishReason()).isEqualTo(org.ascend4j.FinishReason.TOOL_CALLS);
        assertThat(ended.get()).as("what the engine was told").isEqualTo(org.ascend4j.FinishReason.STOP);
    }

    @Test
    void saysThatAnAnswerWithCallsWasCutOff() {
        TokenStream stream = stream(CallFormat.HERMES, false, ToolChoice.AUTO);
        feed(stream, "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":");
        Completion answer = end(stream, FinishReason.LENGTH, new ArrayList<>());
        assertThat(answer.toolCalls()).hasSize(1);
        assertThat(answer.finishReason()).isEqualTo(org.ascend4j.FinishReason.LENGTH);
    }
}
