package org.ascend4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.ChildJvm;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.Message;
import org.ascend4j.MismatchedStack;
import org.ascend4j.Prompt;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.ascend4j.langchain4j.spi.AscendChatModelBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What LangChain4j's test kit does not look at, or only with a model that knows more. */
@Timeout(120)
class ChatModelsTest {
    private static final ToolSpecification WEATHER = ToolSpecification.builder()
            .name("getWeather")
            .description("The weather in a city")
            .parameters(JsonObjectSchema.builder()
                    .addStringProperty("city")
                    .required("city")
                    .build())
            .build();

    private static Llm llm;

    @BeforeAll
    static void open() {
        llm = Llm.open(
                SmolLm2.file(),
                TinyModels.options().contextLength(1024).maxSequences(4).build());
    }

    @AfterAll
    static void close() {
        llm.close();
        TinyModels.assertNothingOutstanding();
    }

    private static AscendChatModel.Builder chat() {
        return AscendChatModel.builder().llm(llm).maxOutputTokens(32);
    }

    private static ChatRequest request(ChatRequestParameters parameters, ChatMessage... messages) {
        return ChatRequest.builder().messages(messages).parameters(parameters).build();
    }

    private static ChatRequestParameters mustCall() {
        return AscendChatRequestParameters.builder()
                .parallelToolCalls(false)
                .toolSpecifications(WEATHER)
                .toolChoice(ToolChoice.REQUIRED)
                .build();
    }

    @Test
    void refusesAnAdapterThatIsNotLoaded() {
        assertThatThrownBy(() -> chat().adapter("none").build().chat("Hello"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("adapter: found 'none'");
    }

    @Test
    void callsAToolThatItMustAndReadsItsResult() {
        AscendChatModel model = chat().build();
        UserMessage question = UserMessage.from("What is the weather in Munich?");
        ChatResponse first = model.chat(request(mustCall(), question));
        assertThat(first.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
        assertThat(first.aiMessage().text()).isNull();
        ToolExecutionRequest call = first.aiMessage().toolExecutionRequests().get(0);
        assertThat(call.name()).isEqualTo("getWeather");
        assertThat(call.arguments()).isEqualToIgnoringWhitespace("{\"city\":\"Munich\"}");
        assertThat(call.id()).isNotBlank();

        ChatResponse second = model.chat(request(
                ChatRequestParameters.builder().build(),
                question,
                first.aiMessage(),
                ToolExecutionResultMessage.from(call, "sunny, 30 degrees")));
        assertThat(second.aiMessage().text()).contains("sunny");
        assertThat(second.aiMessage().toolExecutionRequests()).isEmpty();
    }

    @Test
    void streamsACallBeforeTheWholeAnswer() throws Exception {
        RecordingHandler handler = new RecordingHandler();
        AscendStreamingChatModel model =
                AscendStreamingChatModel.builder().llm(llm).build();
        model.chat(request(mustCall(), UserMessage.from("What is the weather in Munich?")), handler);
        AiMessage answer = handler.response().aiMessage();
        assertThat(handler.events()).containsExactly("call 0 getWeather", "complete");
        assertThat(answer.toolExecutionRequests()).containsExactlyElementsOf(handler.calls());
    }

    @Test
    void streamsWhatItAnswersAtOnce() throws Exception {
        RecordingHandler handler = new RecordingHandler();
        AscendStreamingChatModel model =
                AscendStreamingChatModel.builder().llm(llm).maxOutputTokens(12).build();
        model.chat("Name three rivers.", handler);
        String streamed = handler.response().aiMessage().text();
        assertThat(streamed).isEqualTo(handler.text());
        assertThat(streamed).isEqualTo(chat().maxOutputTokens(12).build().chat("Name three rivers."));
    }

    @Test
    void freesTheEngineWhenAStreamIsCancelled() throws Exception {
        RecordingHandler handler = new RecordingHandler().cancelAfter(3);
        AscendStreamingChatModel.builder().llm(llm).build().chat("Tell me a long story about animals.", handler);
        handler.cancelled().get();
        long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (llm.stats().requests().live() > 0 && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        assertThat(llm.stats().requests().live()).isZero();
        assertThat(handler.events()).hasSize(3).allMatch(event -> event.startsWith("text"));
    }

    @Test
    void endsAnAsynchronousRequestThatIsCancelled() throws InterruptedException {
        CompletableFuture<ChatResponse> answer = AscendChatModel.builder()
                .llm(llm)
                .build()
                .chatAsync(request(
                        ChatRequestParameters.builder().build(),
                        UserMessage.from("Tell me a long story about animals.")));
        assertThat(llm.stats().requests().live()).isEqualTo(1);
        answer.cancel(true);
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (llm.stats().requests().live() > 0 && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        assertThat(llm.stats().requests().live()).isZero();
    }

    @Test
    void tellsAnAnswerThatTookTooLong() throws Exception {
        Duration brief = Duration.ofMillis(40);
        String story = "Tell me a long story about animals.";
        assertThatThrownBy(() -> AscendChatModel.builder()
                        .llm(llm)
                        .timeout(brief)
                        .build()
                        .chat(story))
                .isExactlyInstanceOf(TimeoutException.class)
                .hasMessageContaining("timeout");
        RecordingHandler handler = new RecordingHandler();
        AscendStreamingChatModel.builder().llm(llm).timeout(brief).build().chat(story, handler);
        assertThat(handler.failure()).isExactlyInstanceOf(TimeoutException.class);
    }

    @Test
    void refusesValuesOutOfTheirRangeByName() throws Exception {
        assertThatThrownBy(() -> chat().temperature(2.5).build())
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("temperature: found 2.5")
                .hasCauseInstanceOf(org.ascend4j.error.InvalidRequestException.class);
        assertThatThrownBy(() -> chat().maxOutputTokens(0).build())
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("maxOutputTokens: found 0");
        RecordingHandler handler = new RecordingHandler();
        AscendStreamingChatModel.builder()
                .llm(llm)
                .build()
                .chat(request(ChatRequestParameters.builder().topP(0.0).build(), UserMessage.from("Hello")), handler);
        assertThat(handler.failure())
                .isExactlyInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("top-p: found 0");
        assertThatThrownBy(() -> AscendChatModel.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found neither");
    }

    @Test
    void answersToItsOwnNameAlone() {
        ChatRequestParameters own =
                ChatRequestParameters.builder().modelName(llm.modelName()).build();
        assertThat(chat().defaultRequestParameters(own).build().chat("Hello")).isNotBlank();
        ChatRequestParameters other =
                ChatRequestParameters.builder().modelName("gpt-5").build();
        assertThatThrownBy(() -> chat().defaultRequestParameters(other).build())
                .isExactlyInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("gpt-5")
                .hasMessageContaining(llm.modelName());
    }

    @Test
    void letsARequestChangeWhatItsBuilderSaid() {
        AscendChatModel model = chat().temperature(1.0).seed(7L).build();
        UserMessage question = UserMessage.from("Name a colour.");
        String sampled = model.chat(request(ChatRequestParameters.builder().build(), question))
                .aiMessage()
                .text();
        String again = model.chat(
                        request(AscendChatRequestParameters.builder().seed(7L).build(), question))
                .aiMessage()
                .text();
        String greedy = model.chat(
                        request(ChatRequestParameters.builder().temperature(0.0).build(), question))
                .aiMessage()
                .text();
        assertThat(again).isEqualTo(sampled);
        GenerationOptions plain = GenerationOptions.defaults().withMaxTokens(32);
        assertThat(greedy)
                .isEqualTo(llm.generate(Prompt.user("Name a colour."), plain).text());
        assertThat(model.defaultRequestParameters()).isInstanceOfSatisfying(AscendChatRequestParameters.class, all -> {
            assertThat(all.seed()).isEqualTo(7);
            assertThat(all.maxOutputTokens()).isEqualTo(32);
            assertThat(all.modelName()).isEqualTo(llm.modelName());
        });
    }

    @Test
    void countsWhatTheModelSees() {
        AscendTokenCountEstimator estimator =
                AscendTokenCountEstimator.builder().llm(llm).build();
        List<ChatMessage> messages = List.of(SystemMessage.from("Be brief."), UserMessage.from("Name three rivers."));
        assertThat(estimator.estimateTokenCountInMessages(messages))
                .isEqualTo(chat().build().chat(messages).tokenUsage().inputTokenCount())
                .isEqualTo(llm.encode(
                                Prompt.chat(List.of(Message.system("Be brief."), Message.user("Name three rivers."))))
                        .length);
        assertThat(estimator.estimateTokenCountInText("Name three rivers.")).isEqualTo(4);
        assertThat(estimator.estimateTokenCountInMessage(UserMessage.from("Name three rivers.")))
                .isGreaterThan(4);
    }

    @Test
    void closesAModelThatItOpened() {
        AscendChatModel model = AscendChatModel.builder()
                .modelPath(TinyModels.path("q8_0"))
                .modelOptions(TinyModels.options().build())
                .maxOutputTokens(2)
                .build();
        assertThat(model.chat("Hello")).isNotNull();
        model.close();
        assertThatThrownBy(() -> model.chat("Hello"))
                .isExactlyInstanceOf(dev.langchain4j.exception.InternalServerException.class);
        assertThatThrownBy(() -> AscendChatModel.builder()
                        .modelPath(Path.of("none.gguf"))
                        .build())
                .isInstanceOf(dev.langchain4j.exception.LangChain4jException.class)
                .hasMessageContaining("none.gguf");
    }

    /** What a framework would bring. */
    public static final class OwnFactory implements AscendChatModelBuilderFactory {
        static final AscendChatModel.Builder BUILDER = new AscendChatModel.Builder();

        @Override
        public AscendChatModel.Builder get() {
            return BUILDER;
        }
    }

    @Test
    void takesTheBuilderThatAFrameworkBrings(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(AscendChatModelBuilderFactory.class.getName()), OwnFactory.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertThat(AscendChatModel.builder()).isSameAs(OwnFactory.BUILDER);
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(AscendChatModel.builder()).isNotSameAs(OwnFactory.BUILDER);
    }

    /** In a JVM of its own: the environment decides where CANN is. */
    static final class Refused {
        public static void main(String[] arguments) {
            try {
                AscendChatModel.builder().modelPath(Path.of(arguments[0])).build();
            } catch (NonRetriableException e) {
                System.out.println(e.getMessage() + "\nbecause of "
                        + e.getCause().getClass().getSimpleName());
            }
        }
    }

    @Test
    void givesTheGuardsRefusalAsLangChain4jsException(@TempDir Path directory) throws Exception {
        MismatchedStack stack = MismatchedStack.install(directory);
        String output = stack.on(new ChildJvm(directory)).run(60, Refused.class, TinyModels.path("q4_0"));
        assertThat(output)
                .contains("the guard refuses this host's stack: ")
                .contains("8.1.RC1")
                .contains("What to do: ")
                .contains("because of IncompatibleStackException");
        assertThat(Files.exists(stack.record())).isFalse();
    }
}
