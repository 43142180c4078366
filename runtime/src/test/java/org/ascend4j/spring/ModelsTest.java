package org.ascend4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ascend4j.Embedder;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.Llm;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;

/** Spring AI's models on a real model, without Spring Boot. */
@Timeout(120)
class ModelsTest {
    private static final String CITY = """
            {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}""";

    private static Llm llm;
    private static AscendChatModel model;

    @BeforeAll
    static void open() {
        llm = Llm.open(
                SmolLm2.file(),
                TinyModels.options().contextLength(1024).maxSequences(2).build());
        model = new AscendChatModel(llm);
    }

    @AfterAll
    static void close() {
        llm.close();
        TinyModels.assertNothingOutstanding();
    }

    private static ToolCallback weather(boolean direct) {
        return FunctionToolCallback.builder(
                        "getWeather",
                        (Map<String, Object> arguments) -> "sunny, 30 degrees in " + arguments.get("city"))
                .description("The weather in a city")
                .inputType(Map.class)
                .inputSchema(CITY)
                .toolMetadata(ToolMetadata.builder().returnDirect(direct).build())
                .build();
    }

    private static AscendChatOptions.Builder mustCall(boolean direct) {
        return AscendChatOptions.builder().toolCallbacks(weather(direct)).toolChoice("getWeather");
    }

    @Test
    void callsAToolAndReadsItsResult() {
        Prompt prompt = new Prompt(
                new UserMessage("What is the weather in Munich?"),
                mustCall(false).build());
        ChatResponse first = model.call(prompt);
        AssistantMessage answer = first.getResult().getOutput();
        assertThat(first.getResult().getMetadata().getFinishReason()).isEqualTo("TOOL_CALLS");
        assertThat(answer.getToolCalls()).hasSize(1);
        assertThat(answer.getToolCalls().get(0).arguments()).isEqualToIgnoringWhitespace("{\"city\":\"Munich\"}");
        ToolExecutionResult result = ToolCallingManager.builder().build().executeToolCalls(prompt, first);
        ChatResponse second = model.call(new Prompt(
                result.conversationHistory(),
                AscendChatOptions.builder().maxTokens(48).build()));
        assertThat(second.getResult().getOutput().getText()).contains("sunny");
    }

    @Test
    void streamsACallToSpringAisClient() {
        String answer = ChatClient.create(model)
                .prompt()
                .options(mustCall(true))
                .user("What is the weather in Munich?")
                .call()
                .content();
        assertThat(answer).contains("sunny, 30 degrees in Munich");
        List<ChatResponse> pieces = model.stream(new Prompt(
                        "What is the weather in Munich?", mustCall(true).build()))
                .collectList()
                .block(Duration.ofSeconds(60));
        assertThat(pieces.stream()
                        .mapToInt(piece ->
                                piece.getResult().getOutput().getToolCalls().size())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void streamsWhatItAnswersAtOnceWithTheUsageInTheLastPiece() {
        AscendChatOptions brief = AscendChatOptions.builder().maxTokens(12).build();
        Prompt prompt = new Prompt("Name three rivers.", brief);
        ChatResponse whole = model.call(prompt);
        List<ChatResponse> pieces = model.stream(prompt).collectList().block(Duration.ofSeconds(60));
        ChatResponse last = pieces.get(pieces.size() - 1);
        assertThat(String.join(
                        "",
                        pieces.stream()
                                .map(piece -> piece.getResult().getOutput().getText())
                                .toList()))
                .isEqualTo(whole.getResult().getOutput().getText());
        assertThat(last.getResult().getMetadata().getFinishReason()).isEqualTo("LENGTH");
        assertThat(last.getMetadata().getUsage().getCompletionTokens()).isEqualTo(12);
        assertThat(last.getMetadata().getUsage().getPromptTokens())
                .isEqualTo(whole.getMetadata().getUsage().getPromptTokens());
        assertThat(pieces)
                .extracting(piece -> piece.getMetadata().getId())
                .containsOnly(last.getMetadata().getId());
    }

    @Test
    void keepsToASchema() {
        ChatResponse answer = model.call(new Prompt(
                "Where is the Eiffel tower?",
                AscendChatOptions.builder().outputSchema(CITY).maxTokens(64).build()));
        assertThat(answer.getResult().getOutput().getText())
                .matches("(?s)\\s*\\{\\s*\"city\"\\s*:\\s*\".*\"\\s*[,}].*");
    }

    @Test
    void freesAStreamThatIsCancelled() throws InterruptedException {
        List<ChatResponse> begun = model.stream(new Prompt("Tell me a long story about animals."))
                .take(3)
                .collectList()
                .block(Duration.ofSeconds(60));
        assertThat(begun).hasSize(3);
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (llm.stats().requests().live() > 0 && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        assertThat(llm.stats().requests().live()).isZero();
    }

    @Test
    void takesOptionsOfAnyProvider() {
        ChatResponse answer = model.call(new Prompt(
                "Name three rivers.", ChatOptions.builder().maxTokens(3).build()));
        assertThat(answer.getMetadata().getUsage().getCompletionTokens()).isEqualTo(3);
        assertThat(answer.getMetadata().getModel()).isEqualTo(llm.modelName());
    }

    @Test
    void refusesWhatItCannotDo() {
        AscendChatOptions hot = AscendChatOptions.builder().temperature(2.5).build();
        assertThatThrownBy(() -> new AscendChatModel(llm, hot, ObservationRegistry.NOOP))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature: found 2.5");
        ChatOptions other = ChatOptions.builder().model("gpt-5").build();
        assertThatThrownBy(() -> model.call(new Prompt("Hello", other)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("model: found 'gpt-5'");
        Prompt adapted =
                new Prompt("Hello", AscendChatOptions.builder().adapter("none").build());
        assertThatThrownBy(() -> model.call(adapted))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("adapter: found 'none'");
        Media picture = new Media(MimeTypeUtils.IMAGE_PNG, new ByteArrayResource(new byte[] {1}));
        Prompt seen = new Prompt(
                UserMessage.builder().text("What is this?").media(picture).build());
        assertThatThrownBy(() -> model.call(seen))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("media");
        assertThatThrownBy(() -> model.stream(seen).blockLast()).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void keepsItsOwnOptionsWhenTheyAreCombined() {
        AscendChatOptions base = AscendChatOptions.builder()
                .seed(7L)
                .minP(0.1)
                .adapter("style")
                .timeout(Duration.ofSeconds(5))
                .thinking(false)
                .temperature(0.5)
                .build();
        assertThat(base.mutate().build()).isEqualTo(base).hasSameHashCodeAs(base);
        AscendChatOptions changed = base.mutate()
                .combineWith(AscendChatOptions.builder().seed(8L).priority(3).topK(4))
                .build();
        assertThat(changed.getSeed()).isEqualTo(8);
        assertThat(changed.getPriority()).isEqualTo(3);
        assertThat(changed.getTopK()).isEqualTo(4);
        assertThat(changed.getMinP()).isEqualTo(0.1);
        assertThat(changed.getAdapter()).isEqualTo("style");
        assertThat(changed.getTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(changed.getThinking()).isFalse();
        assertThat(changed.getTemperature()).isEqualTo(0.5);
        assertThat(changed).isNotEqualTo(base);
    }

    @Test
    void embedsTextsAndDocuments() {
        try (Embedder embedder =
                Embedder.open(TinyModels.path("q8_0"), TinyModels.options().build())) {
            AscendEmbeddingModel vectors = new AscendEmbeddingModel(
                    embedder, EmbeddingOptions.defaults().withDimensions(16), ObservationRegistry.NOOP);
            EmbeddingResponse response = vectors.embedForResponse(List.of("a cat", "a dog"));
            assertThat(response.getResults()).hasSize(2);
            assertThat(response.getResults().get(1).getIndex()).isEqualTo(1);
            assertThat(response.getMetadata().getUsage().getPromptTokens()).isPositive();
            assertThat(response.getMetadata().getModel()).isEqualTo(embedder.modelName());
            assertThat(response.getResults().get(1).getOutput())
                    .hasSize(16)
                    .isEqualTo(vectors.embed(new Document("a dog")));
            EmbeddingRequest fewer = new EmbeddingRequest(
                    List.of("a cat"),
                    org.springframework.ai.embedding.EmbeddingOptions.builder()
                            .dimensions(8)
                            .build());
            assertThat(vectors.call(fewer).getResult().getOutput()).hasSize(8);
        }
    }
}
