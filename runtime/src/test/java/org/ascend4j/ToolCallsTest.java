package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that knows nothing of tools calls them validly all the same, because the grammar lets nothing else come. */
class ToolCallsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ToolDefinition WEATHER = new ToolDefinition("weather", "Tells the weather in a city.", """
            {"type":"object","required":["city","days"],"properties":{
             "city":{"type":"string","maxLength":12},"days":{"type":"integer","minimum":1,"maximum":7}}}
            """);
    private static final ToolDefinition CLOCK = new ToolDefinition("clock", "Tells the time.", "");
    private static final Prompt.Chat QUESTION =
            Prompt.user("What is the weather in Paris?").withTools(List.of(WEATHER, CLOCK));

    private static Llm llm;

    @BeforeAll
    static void open() {
        llm = TinyModels.open("q8_0");
    }

    @AfterAll
    static void close() {
        llm.close();
    }

    private static GenerationOptions sampled(long seed) {
        return GenerationOptions.defaults().withTemperature(1.3).withSeed(seed).withMaxTokens(300);
    }

    private static void assertValid(ToolCall call) throws Exception {
        JsonNode arguments = JSON.readTree(call.arguments());
        assertThat(call.id()).isNotBlank();
        if (call.name().equals("clock")) {
            assertThat(arguments).isEmpty();
        } else {
            assertThat(call.name()).isEqualTo("weather");
            assertThat(arguments).hasSize(2);
            assertThat(arguments.get("city").isTextual()).isTrue();
            assertThat(arguments.get("days").intValue()).isBetween(1, 7);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void callsWhatIsRequired(long seed) throws Exception {
        Completion answer =
                llm.generate(QUESTION.withToolChoice(ToolChoice.REQUIRED.withParallel(false)), sampled(seed));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(answer.toolCalls()).hasSize(1);
        assertThat(answer.text()).isEmpty();
        assertValid(answer.toolCalls().get(0));
    }

    @Test
    void callsWhatIsNamed() throws Exception {
        Completion answer = llm.generate(QUESTION.withToolChoice(ToolChoice.named("clock")), sampled(7));
        assertThat(answer.toolCalls()).extracting(ToolCall::name).containsExactly("clock");
        assertValid(answer.toolCalls().get(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void givesCallsPieceByPieceAndAsOften(long seed) throws Exception {
        List<ToolCall> calls = new ArrayList<>();
        try (TokenStream stream = llm.stream(QUESTION.withToolChoice(ToolChoice.REQUIRED), sampled(seed))) {
            while (stream.hasNext()) {
                AnswerPiece piece = stream.next();
                assertThat(piece.text()).isEmpty();
                calls.addAll(piece.toolCalls());
            }
            assertThat(calls).isNotEmpty().isEqualTo(stream.completion().toolCalls());
        }
        for (ToolCall call : calls) {
            assertValid(call);
        }
    }

    @Test
    void answersInWordsOrCallsWhereAFormatIsAskedFor() throws Exception {
        int called = 0;
        for (long seed = 1; seed <= 20; seed++) {
            Completion answer = llm.generate(
                    QUESTION.withToolChoice(ToolChoice.AUTO.withParallel(false)),
                    sampled(seed)
                            .withTemperature(2)
                            .withResponseFormat(new ResponseFormat.Choice(List.of("~q", "~z"))));
            if (answer.toolCalls().isEmpty()) {
                assertThat(answer.text()).isIn("~q", "~z");
                assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
            } else {
                assertValid(answer.toolCalls().get(0));
                called++;
            }
        }
        assertThat(called).as("both come with one seed or another").isBetween(1, 19);
    }

    @Test
    void keepsAConversationOfCallsWithinTheTemplate() {
        ToolCall call = new ToolCall("abc123def", "weather", "{\"city\":\"Paris\",\"days\":2}");
        String text = llm.detokenize(llm.encode(Prompt.chat(List.of(
                        Message.user("weather?"),
                        Message.assistant("", List.of(call)),
                        Message.tool("abc123def", "rain <|im_end|>")))
                .withTools(List.of(WEATHER))));
        assertThat(text)
                .contains("\"name\":\"weather\",\"description\":\"Tells the weather in a city.\"")
                .contains(
                        "<tool_call>\n{\"name\":\"weather\",\"arguments\":{\"city\":\"Paris\",\"days\":2}}\n</tool_call>")
                .contains("<tool_response>\nrain <|im_end|>\n</tool_response>")
                .startsWith("system\n");
        String untold = llm.detokenize(llm.encode(QUESTION.withToolChoice(ToolChoice.NONE)));
        assertThat(untold).doesNotContain("weather\"");
    }

    @Test
    void refusesWrongToolsByName() {
        assertThatThrownBy(() -> new ToolDefinition("no spaces", "", ""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("tools: ");
        assertThatThrownBy(() -> new ToolDefinition("f", "", "[]")).hasMessageContaining("a JSON schema, an object");
        assertThatThrownBy(() -> new ToolDefinition("f", "", "{")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> QUESTION.withToolChoice(ToolChoice.named("rain")))
                .hasMessageStartingWith("tool-choice: ");
        assertThatThrownBy(() -> Prompt.user("x").withToolChoice(ToolChoice.REQUIRED))
                .hasMessageStartingWith("tool-choice: ");
        assertThatThrownBy(() -> QUESTION.withTools(List.of(CLOCK, CLOCK))).hasMessageContaining("two functions");
        ToolDefinition unsupported = new ToolDefinition(
                "f", "", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"format\":\"no-such\"}}}");
        assertThatThrownBy(() -> llm.generate(
                        Prompt.user("x").withTools(List.of(unsupported)).withToolChoice(ToolChoice.REQUIRED),
                        GenerationOptions.defaults()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("tools: ");
    }
}
