package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's own client for Java against the server, with a real model. */
@Timeout(120)
class OpenAiClientTest {
    private static Llm llm;
    private static ApiServer server;
    private static OpenAIClient client;

    /** What the model has to fill in. */
    public static final class City {
        public String name;
        public boolean capital;
    }

    /** A function whose parameters the client describes by this class. */
    @JsonClassDescription("Tells how many people live in a city.")
    public static final class Population {
        @JsonPropertyDescription("The city's name.")
        public String city;

        public boolean suburbs;
    }

    @BeforeAll
    static void start() {
        LlmOptions options =
                TinyModels.options().contextLength(512).maxSequences(4).build();
        llm = Llm.open(SmolLm2.file(), options);
        server = ApiServer.start(llm, TestServer.options(List.of("secret"), 0, 16, Duration.ofSeconds(60)));
        client = client("secret");
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
        llm.close();
        TinyModels.assertNothingOutstanding();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder question() {
        return ChatCompletionCreateParams.builder()
                .model(TestServer.MODEL)
                .temperature(0)
                .maxCompletionTokens(24)
                .addSystemMessage("You answer in one sentence.")
                .addUserMessage("What is the capital of France?");
    }

    @Test
    void answersAndStreamsTheSame() {
        ChatCompletion whole = client.chat().completions().create(question().build());
        String answer = whole.choices().get(0).message().content().orElseThrow();
        assertThat(answer).contains("Paris");
        assertThat(whole.usage().orElseThrow().promptTokens()).isPositive();
        StringBuilder text = new StringBuilder();
        ChatCompletionCreateParams params = question()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        long[] tokens = new long[1];
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            stream.stream().forEach(chunk -> {
                chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
                chunk.usage().ifPresent(usage -> tokens[0] = usage.completionTokens());
            });
        }
        assertThat(text).hasToString(answer);
        assertThat(tokens[0]).isEqualTo(whole.usage().orElseThrow().completionTokens());
    }

    @Test
    void fillsInAClass() {
        var params =
                question().maxCompletionTokens(80).responseFormat(City.class).build();
        City city = client.chat()
                .completions()
                .create(params)
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();
        assertThat(city.name).isNotNull();
    }

    @Test
    void callsAFunctionAndTakesItsResult() {
        ChatCompletionCreateParams.Builder params = question()
                .maxCompletionTokens(120)
                .addTool(Population.class)
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                .parallelToolCalls(false);
        ChatCompletion answer = client.chat().completions().create(params.build());
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        ChatCompletionMessage message = answer.choices().get(0).message();
        ChatCompletionMessageFunctionToolCall call =
                message.toolCalls().orElseThrow().get(0).asFunction();
        assertThat(call.function().name()).isEqualTo("Population");
        assertThat(call.function().arguments(Population.class).city).isNotNull();
        StringBuilder arguments = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params.build())) {
            stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().toolCalls().stream().flatMap(List::stream))
                    .forEach(delta -> delta.function().orElseThrow().arguments().ifPresent(arguments::append));
        }
        assertThat(arguments).hasToString(call.function().arguments());
        ChatCompletion next = client.chat()
                .completions()
                .create(params.addMessage(message)
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("2,100,000")
                                .build())
                        .toolChoice(ChatCompletionToolChoiceOption.Auto.NONE)
                        .build());
        assertThat(next.choices().get(0).message().content().orElseThrow()).isNotBlank();
    }

    @Test
    void tellsErrorsByTheirClasses() {
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(question().temperature(2.5).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        wrong -> assertThat(wrong.param()).hasValue("temperature"));
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(question().model("other").build()))
                .isInstanceOf(NotFoundException.class);
        OpenAIClient stranger = client("wrong");
        assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
        stranger.close();
        assertThat(client.models().list().data().get(0).id()).isEqualTo(TestServer.MODEL);
    }

    @Test
    void freesAStreamThatTheClientCloses() throws InterruptedException {
        var params = question().maxCompletionTokens(400).logitBias(noEnd()).build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(params)) {
            Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
            chunks.next();
            chunks.next();
            assertThat(llm.stats().requests().live()).isEqualTo(1);
        }
        assertThat(TestServer.within(
                        Duration.ofSeconds(1), () -> llm.stats().requests().live() == 0))
                .isTrue();
    }

    private static ChatCompletionCreateParams.LogitBias noEnd() {
        int end = llm.tokenize("<|im_end|>", true)[0];
        return ChatCompletionCreateParams.LogitBias.builder()
                .putAdditionalProperty(Integer.toString(end), JsonValue.from(-100))
                .build();
    }
}
