package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.time.Duration;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.ascend4j.langchain4j.RecordingHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j's client for OpenAI against the server, with a real model. */
@Timeout(120)
class LangChain4jClientTest {
    private static final ToolSpecification WEATHER = ToolSpecification.builder()
            .name("getWeather")
            .description("The weather in a city")
            .parameters(JsonObjectSchema.builder()
                    .addStringProperty("city")
                    .required("city")
                    .build())
            .build();
    private static final UserMessage QUESTION = UserMessage.from("What is the weather in Munich?");

    private static Llm llm;
    private static Embedder embedder;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        llm = Llm.open(
                SmolLm2.file(),
                TinyModels.options().contextLength(512).maxSequences(4).build());
        embedder = Embedder.open(TinyModels.path("q8_0"), TinyModels.options().build());
        ServerOptions options = TestServer.options(List.of("secret"), 0, 16, Duration.ofSeconds(60))
                .withEmbeddingModel(TestServer.EMBEDDING_MODEL);
        server = ApiServer.start(llm, embedder, options);
    }

    @AfterAll
    static void stop() {
        server.close();
        llm.close();
        embedder.close();
        TinyModels.assertNothingOutstanding();
    }

    private static String url() {
        return "http://127.0.0.1:" + server.port() + "/v1";
    }

    private static OpenAiChatModel.OpenAiChatModelBuilder chat() {
        return OpenAiChatModel.builder()
                .baseUrl(url())
                .apiKey("secret")
                .modelName(TestServer.MODEL)
                .temperature(0.0)
                .maxCompletionTokens(32)
                .maxRetries(0);
    }

    private static OpenAiStreamingChatModel.OpenAiStreamingChatModelBuilder streaming() {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(url())
                .apiKey("secret")
                .modelName(TestServer.MODEL)
                .temperature(0.0)
                .maxCompletionTokens(32);
    }

    @Test
    void answersAndStreamsTheSame() throws Exception {
        List<ChatMessage> question = List.of(
                SystemMessage.from("You answer in one sentence."), UserMessage.from("What is the capital of France?"));
        ChatResponse whole = chat().build().chat(question);
        assertThat(whole.aiMessage().text()).contains("Paris");
        RecordingHandler handler = new RecordingHandler();
        streaming().build().chat(question, handler);
        ChatResponse streamed = handler.response();
        assertThat(handler.text()).isEqualTo(whole.aiMessage().text());
        assertThat(streamed.aiMessage()).isEqualTo(whole.aiMessage());
        assertThat(streamed.tokenUsage()).isEqualTo(whole.tokenUsage());
        assertThat(streamed.finishReason()).isEqualTo(FinishReason.STOP);
    }

    private static ChatRequest.Builder mustCall() {
        return ChatRequest.builder().toolSpecifications(WEATHER).toolChoice(ToolChoice.REQUIRED);
    }

    @Test
    void callsAToolAndReadsItsResult() {
        ChatResponse first = chat().parallelToolCalls(false)
                .build()
                .chat(mustCall().messages(QUESTION).build());
        assertThat(first.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
        ToolExecutionRequest call = first.aiMessage().toolExecutionRequests().get(0);
        assertThat(call.name()).isEqualTo("getWeather");
        assertThat(call.arguments()).isEqualToIgnoringWhitespace("{\"city\":\"Munich\"}");
        ChatResponse second = chat().build()
                .chat(QUESTION, first.aiMessage(), ToolExecutionResultMessage.from(call, "sunny, 30 degrees"));
        assertThat(second.aiMessage().text()).contains("sunny");
    }

    @Test
    void streamsACall() throws Exception {
        RecordingHandler handler = new RecordingHandler();
        streaming()
                .parallelToolCalls(false)
                .build()
                .chat(mustCall().messages(QUESTION).build(), handler);
        ToolExecutionRequest call =
                handler.response().aiMessage().toolExecutionRequests().get(0);
        assertThat(call.arguments()).isEqualToIgnoringWhitespace("{\"city\":\"Munich\"}");
        assertThat(handler.calls()).containsExactly(call);
    }

    @Test
    void keepsToASchema() {
        JsonObjectSchema city = JsonObjectSchema.builder()
                .addStringProperty("name")
                .addBooleanProperty("capital")
                .required("name", "capital")
                .additionalProperties(false)
                .build();
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder().name("city").rootElement(city).build())
                .build();
        String answer = chat().strictJsonSchema(true)
                .maxCompletionTokens(80)
                .build()
                .chat(ChatRequest.builder()
                        .messages(UserMessage.from("Describe Paris."))
                        .responseFormat(format)
                        .build())
                .aiMessage()
                .text();
        assertThat(answer)
                .matches("(?s)\\s*\\{\\s*\"name\"\\s*:\\s*\".*\"\\s*,\\s*\"capital\"\\s*:\\s*(true|false)\\s*}\\s*");
    }

    @Test
    void embedsTexts() {
        OpenAiEmbeddingModel model = OpenAiEmbeddingModel.builder()
                .baseUrl(url())
                .apiKey("secret")
                .modelName(TestServer.EMBEDDING_MODEL)
                .maxRetries(0)
                .build();
        List<Embedding> found = model.embedAll(List.of(TextSegment.from("a cat"), TextSegment.from("a dog")))
                .content();
        assertThat(found).hasSize(2);
        assertThat(found.get(1).vector()).isEqualTo(embedder.embed("a dog").values());
    }

    @Test
    void tellsErrorsByTheirClasses() throws Exception {
        assertThatThrownBy(() -> chat().temperature(2.5).build().chat("Hello"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature");
        assertThatThrownBy(() -> chat().modelName("other").build().chat("Hello"))
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> chat().apiKey("wrong").build().chat("Hello"))
                .isInstanceOf(AuthenticationException.class);
        RecordingHandler handler = new RecordingHandler();
        streaming().temperature(2.5).build().chat("Hello", handler);
        assertThat(handler.failure()).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void freesAStreamThatTheClientLeaves() throws Exception {
        RecordingHandler handler = new RecordingHandler().cancelAfter(2);
        streaming().maxCompletionTokens(400).build().chat("Tell me a long story about animals.", handler);
        handler.cancelled().get();
        assertThat(TestServer.within(
                        Duration.ofSeconds(2), () -> llm.stats().requests().live() == 0))
                .isTrue();
    }
}
