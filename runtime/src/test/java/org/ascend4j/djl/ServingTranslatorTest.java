package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.inference.streaming.ChunkedBytesSupplier;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ascend4j.GenerationOptions;
import org.ascend4j.IdleStats;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;
import org.ascend4j.Prompt;
import org.ascend4j.SmolLm2;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The path of a server's requests, from the example's model store to streamed tokens, with DJL itself and SmolLM2. */
@Timeout(120)
class ServingTranslatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUESTION =
            "\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}],\"temperature\":0";

    @TempDir
    private static Path store;

    private static ZooModel<Input, Output> model;
    private static Predictor<Input, Output> predictor;
    private static Llm llm;

    @BeforeAll
    static void load() throws Exception {
        model = Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelPath(ModelStoreFolder.create(store, SmolLm2.file()))
                .build()
                .loadModel();
        predictor = model.newPredictor();
        llm = ((AscendModel) model.getWrappedModel()).llm();
    }

    @AfterAll
    static void close() {
        predictor.close();
        model.close();
    }

    private static Input input(String body) {
        Input input = new Input();
        input.addProperty("Content-Type", "application/json");
        input.add("data", body);
        return input;
    }

    private static ChunkedBytesSupplier chunks(Output output) {
        return (ChunkedBytesSupplier) output.getData();
    }

    private static List<String> read(Output output) throws InterruptedException {
        List<String> chunks = new ArrayList<>();
        while (chunks(output).hasNext()) {
            chunks.add(new String(chunks(output).nextChunk(60, TimeUnit.SECONDS), StandardCharsets.UTF_8));
        }
        return chunks;
    }

    @Test
    void answersAChatAsOpenAiDoes() throws Exception {
        Output output = predictor.predict(input("{" + QUESTION + ",\"max_tokens\":16}"));
        JsonNode answer = JSON.readTree(output.getData().getAsString());
        assertThat(output.getCode()).isEqualTo(200);
        assertThat(answer.at("/choices/0/message/content").textValue())
                .isEqualTo(expected(16))
                .isNotBlank();
        assertThat(answer.at("/model").textValue()).isEqualTo("smollm2");
        assertThat(answer.at("/usage/completion_tokens").intValue()).isPositive();
    }

    @Test
    void streamsEventsWhileTheyAreGenerated() throws Exception {
        Output output =
                predictor.predict(input("{" + QUESTION + ",\"max_tokens\":12,\"ignore_eos\":true,\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":true}}"));
        assertThat(output.getProperty("Content-Type", "")).isEqualTo("text/event-stream");
        List<String> chunks = read(output);
        assertThat(chunks.size()).as("chunks of 12 tokens").isGreaterThan(6);
        StringBuilder text = new StringBuilder();
        int usage = 0;
        String all = String.join("", chunks);
        assertThat(all).endsWith("data: [DONE]\n\n");
        for (String event : all.split("\n\n")) {
            if (!event.equals("data: [DONE]")) {
                JsonNode chunk = JSON.readTree(event.substring("data: ".length()));
                text.append(chunk.at("/choices/0/delta/content").asText());
                usage = Math.max(usage, chunk.at("/usage/completion_tokens").asInt());
            }
        }
        assertThat(text).hasToString(expected(12));
        assertThat(usage).isEqualTo(12);
    }

    @Test
    void streamsPlainTextForPlainText() throws Exception {
        Input question = new Input();
        question.addProperty("Content-Type", "text/plain");
        question.add("Say hello."); // which this model ends by itself: plain text sets no limit
        Output output = predictor.predict(question);
        List<String> chunks = read(output);
        assertThat(output.getProperty("Content-Type", "")).startsWith("text/plain");
        assertThat(chunks.size()).isGreaterThan(3);
        assertThat(String.join("", chunks)).isEqualTo(expected("Say hello.", 0));
    }

    @Test
    void batchesWhatOneWorkerHandsIn() throws Exception {
        LlmStats before = IdleStats.of(llm);
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            outputs.add(predictor.predict(
                    input("{" + QUESTION + ",\"max_tokens\":24,\"ignore_eos\":true,\"stream\":true}")));
        }
        for (Output output : outputs) {
            assertThat(read(output)).isNotEmpty();
        }
        LlmStats after = IdleStats.of(llm);
        long tokens = after.tokens().generated() - before.tokens().generated();
        assertThat(tokens).isEqualTo(4 * 24);
        assertThat(steps(after) - steps(before))
                .as("steps for %d tokens", tokens)
                .isLessThan(tokens / 2);
    }

    @Test
    void aCancelEndsTheRequestWithinAStep() throws Exception {
        long[] tooMany = new long[5];
        for (int i = 0; i < tooMany.length; i++) {
            LlmStats before = IdleStats.of(llm);
            Input input = input("{" + QUESTION + ",\"max_tokens\":1000,\"ignore_eos\":true,\"stream\":true}");
            Output output = predictor.predict(input);
            int seen = 0;
            while (seen < 5) {
                seen += tokens(chunks(output).nextChunk(60, TimeUnit.SECONDS));
            }
            input.setCancelled(true);
            List<String> rest = read(output);
            assertThat(String.join("", rest)).isEmpty();
            LlmStats after = IdleStats.of(llm);
            while (after.requests().cancelled() == before.requests().cancelled()) {
                Thread.sleep(5);
                after = IdleStats.of(llm);
            }
            tooMany[i] = after.tokens().generated() - before.tokens().generated() - seen;
        }
        Arrays.sort(tooMany);
        // One step is on the device, and the next may have been handed to it already.
        assertThat(tooMany[2])
                .as("tokens after a cancel, in the middle of 5 tries")
                .isLessThanOrEqualTo(3);
    }

    @Test
    void aCancelBeforeTheFirstTokenIsSeenByWhoWaits() throws Exception {
        Input input = input("{" + QUESTION + ",\"max_tokens\":1000,\"ignore_eos\":true}");
        Output output = predictor.predict(input);
        input.setCancelled(true);
        long start = System.nanoTime();
        output.getData().getAsString();
        assertThat(output.getCode()).isEqualTo(499);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(IdleStats.of(llm).requests().live()).isZero();
    }

    @Test
    void aDeadlineEndsTheRequest() throws Exception {
        Input input = input("{" + QUESTION + ",\"max_tokens\":1500,\"ignore_eos\":true}");
        input.addProperty("request-timeout", "1");
        Output output = predictor.predict(input);
        assertThat(output.getData().getAsString()).contains("\"code\":\"timeout\"");
        assertThat(output.getCode()).isEqualTo(504);
    }

    @Test
    void aReaderThatWaitsTooShortEndsTheRequest() throws Exception {
        Output output = predictor.predict(input("{" + QUESTION + ",\"max_tokens\":1500,\"ignore_eos\":true}"));
        assertThatThrownBy(() -> chunks(output).next(30, TimeUnit.MILLISECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("30 milliseconds");
        assertThat(IdleStats.of(llm).requests().live()).isZero();
    }

    @Test
    void refusesWithStatusAndField() throws Exception {
        Output wrong = predictor.predict(input("{" + QUESTION + ",\"top_p\":7}"));
        assertThat(wrong.getCode()).isEqualTo(400);
        assertThat(JSON.readTree(wrong.getData().getAsString())
                        .at("/error/param")
                        .textValue())
                .isEqualTo("top_p");
        assertThat(predictor.predict(input("{")).getCode()).isEqualTo(400);
        assertThat(predictor.predict(new Input()).getCode()).isEqualTo(400);
        Input late = input("{" + QUESTION + "}");
        late.addProperty("request-timeout", "soon");
        assertThat(predictor.predict(late).getCode()).isEqualTo(400);
    }

    /** What the library itself answers. */
    private static String expected(int tokens) {
        return expected("What is the capital of France?", tokens);
    }

    private static String expected(String question, int tokens) {
        return llm.generate(Prompt.user(question), GenerationOptions.defaults().withMaxTokens(tokens))
                .text();
    }

    /** How many tokens a chunk of events has: each of these few is one that shows. */
    private static int tokens(byte[] chunk) throws java.io.IOException {
        int tokens = 0;
        for (String event : new String(chunk, StandardCharsets.UTF_8).split("\n\n")) {
            String text = JSON.readTree(event.substring("data: ".length()))
                    .at("/choices/0/delta/content")
                    .asText();
            tokens += text.isEmpty() ? 0 : 1;
        }
        return tokens;
    }

    private static long steps(LlmStats stats) {
        return stats.steps().full() + stats.steps().piecewise() + stats.steps().eager();
    }
}
