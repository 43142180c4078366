package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiServerTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final String SAMPLED =
            "'prompt':'The first people','max_tokens':12,'ignore_eos':true,'temperature':1.1,'seed':7";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
        TinyModels.assertNothingOutstanding();
    }

    private static JsonNode complete(String fields) throws Exception {
        HttpResponse<String> response = server.post(COMPLETIONS, "{" + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response);
    }

    private static List<JsonNode> stream(String fields) throws Exception {
        HttpResponse<String> response = server.post(COMPLETIONS, "{" + fields + ",'stream':true}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream; charset=utf-8");
        return TestServer.events(response);
    }

    private static String text(List<JsonNode> events, int index) {
        StringBuilder text = new StringBuilder();
        for (JsonNode event : events) {
            for (JsonNode choice : event.get("choices")) {
                if (choice.get("index").intValue() == index) {
                    text.append(choice.get("text").textValue());
                }
            }
        }
        return text.toString();
    }

    @Test
    void streamsWhatItAnswersWhole() throws Exception {
        JsonNode whole = complete(SAMPLED + ",'n':3,'logprobs':2");
        List<JsonNode> events = stream(SAMPLED + ",'n':3,'logprobs':2,'stream_options':{'include_usage':true}");
        assertThat(whole.get("choices")).hasSize(3);
        for (JsonNode choice : whole.get("choices")) {
            assertThat(text(events, choice.get("index").intValue()))
                    .isEqualTo(choice.get("text").textValue());
            assertThat(choice.at("/finish_reason").textValue()).isEqualTo("length");
            assertThat(choice.at("/logprobs/tokens")).hasSize(12);
        }
        assertThat(whole.at("/choices/0/text")).isNotEqualTo(whole.at("/choices/1/text"));
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.get("choices")).isEmpty();
        assertThat(last.get("usage")).isEqualTo(whole.get("usage"));
        assertThat(last.at("/usage/completion_tokens").intValue()).isEqualTo(36);
        int streamed = events.stream()
                .flatMap(event -> event.findValues("token_logprobs").stream())
                .mapToInt(JsonNode::size)
                .sum();
        assertThat(streamed).isEqualTo(36);
    }

    @Test
    void answersSeveralPromptsInOrder() throws Exception {
        JsonNode together =
                complete("'prompt':['rivers','mountains'],'max_tokens':5,'temperature':0,'ignore_eos':true");
        JsonNode second = complete("'prompt':'mountains','max_tokens':5,'temperature':0,'ignore_eos':true");
        assertThat(together.at("/choices/1/text")).isEqualTo(second.at("/choices/0/text"));
    }

    @Test
    void keepsToAFormatAndAStopText() throws Exception {
        assertThat(complete("'prompt':'x','structured_outputs':{'choice':['yes','no']}")
                        .at("/choices/0/text")
                        .textValue())
                .isIn("yes", "no");
        String schema = "{'type':'object','properties':{'a':{'type':'boolean'}},'required':['a'],"
                + "'additionalProperties':false}";
        JsonNode answer =
                TestServer.json(complete("'prompt':'x','max_tokens':64,'response_format':{'type':'json_schema',"
                                + "'json_schema':{'name':'n','schema':" + schema + "}}")
                        .at("/choices/0/text")
                        .textValue());
        assertThat(answer.get("a").isBoolean()).isTrue();
        String free = complete("'prompt':'x','max_tokens':40,'temperature':0,'ignore_eos':true")
                .at("/choices/0/text")
                .textValue();
        String stop = free.substring(8, 10);
        String stopped = complete(
                        "'prompt':'x','max_tokens':40,'temperature':0,'ignore_eos':true,'stop':" + new TextNode(stop))
                .at("/choices/0/text")
                .textValue();
        assertThat(free).startsWith(stopped + stop);
    }

    @Test
    void tellsOfModelsAndTokens() throws Exception {
        assertThat(TestServer.json(server.get("/v1/models")).at("/data/0/id").textValue())
                .isEqualTo("tiny");
        assertThat(TestServer.json(server.get("/v1/models/tiny")).get("object").textValue())
                .isEqualTo("model");
        JsonNode tokens =
                TestServer.json(server.post("/tokenize", "{'prompt':'rivers and lakes','add_special_tokens':false}"));
        assertThat(tokens.get("count").intValue())
                .isEqualTo(tokens.get("tokens").size());
        assertThat(TestServer.json(server.post("/detokenize", "{'tokens':" + tokens.get("tokens") + "}"))
                        .get("prompt")
                        .textValue())
                .isEqualTo("rivers and lakes");
    }

    @Test
    void tellsOfItsHealthAndFigures() throws Exception {
        complete(SAMPLED);
        for (String path : List.of("/health/live", "/health/ready")) {
            HttpResponse<String> health = server.get(path);
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(TestServer.json(health).at("/engine/state").textValue()).isEqualTo("READY");
            assertThat(TestServer.json(health).at("/compatibility/outcome").textValue())
                    .isNotBlank();
        }
        String metrics = server.get("/metrics").body();
        assertThat(metrics)
                .contains("vllm:generation_tokens_total{engine=\"0\",model_name=\"tiny\"} ")
                .contains("vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"tiny\",le=\"+Inf\"} ")
                .containsPattern("ascend4j:http_requests_total\\{path=\"/v1/completions\",status=\"200\"} [1-9]");
        assertThat(metrics.lines())
                .allMatch(line ->
                        line.matches("# TYPE [a-z0-9_:]+ (gauge|counter|histogram)|[a-z0-9_:]+\\{[^}]+} [-+0-9.E]+"));
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = TestServer.json(response).get("error");
        assertThat(error.get("code").textValue()).isEqualTo(code);
        assertThat(error.get("message").textValue()).isNotBlank();
        assertThat(error.get("type").textValue()).isNotBlank();
    }

    @Test
    void refusesWhatItDoesNotServe() throws Exception {
        assertRefused(server.get("/v1/nothing"), 404, "not_found");
        assertRefused(server.get(COMPLETIONS), 405, "method_not_allowed");
        assertThat(server.get(COMPLETIONS).headers().firstValue("Allow")).hasValue("POST");
        assertRefused(server.post(COMPLETIONS, "{'model':'other','prompt':'x'}"), 404, "model_not_found");
        assertRefused(
                server.send(server.request(COMPLETIONS).POST(HttpRequest.BodyPublishers.ofString("{}"))),
                415,
                "unsupported_media_type");
        assertRefused(
                server.post(COMPLETIONS, "{'prompt':'" + "rivers ".repeat(600) + "'}"), 400, "context_length_exceeded");
        assertRefused(server.post("/v1/models", "{}"), 405, "method_not_allowed");
        HttpResponse<String> long431 = server.post(COMPLETIONS, "{}", "x-long", "y".repeat(40_000));
        assertRefused(long431, 431, "headers_too_large");
        assertThat(server.get("/v1/models").headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void asksForAKeyAndCountsItsRequests() throws Exception {
        ServerOptions options = TestServer.options(List.of("first", "second"), 2, 8, Duration.ofSeconds(30));
        try (TestServer guarded = new TestServer(TinyModels.options().build(), options)) {
            String body = "{'prompt':'x','max_tokens':1}";
            assertRefused(guarded.post(COMPLETIONS, body), 401, "invalid_api_key");
            assertRefused(guarded.get("/v1/models"), 401, "invalid_api_key");
            for (String wrong : List.of("Bearer ", "Bearer firs", "Bearer first2", "Basic first", "first")) {
                assertRefused(guarded.post(COMPLETIONS, body, "Authorization", wrong), 401, "invalid_api_key");
            }
            for (String key : List.of("first", "second")) {
                for (int i = 0; i < 2; i++) {
                    assertThat(guarded.post(COMPLETIONS, body, "Authorization", "Bearer " + key)
                                    .statusCode())
                            .isEqualTo(200);
                }
                HttpResponse<String> more = guarded.post(COMPLETIONS, body, "Authorization", "bearer " + key);
                assertRefused(more, 429, "rate_limit_exceeded");
                assertThat(more.headers().firstValueAsLong("Retry-After").getAsLong())
                        .isBetween(1L, 30L);
            }
            assertRefused(
                    guarded.post(COMPLETIONS, "{'prompt':'" + "a".repeat(5000) + "'}", "Authorization", "Bearer first"),
                    429,
                    "rate_limit_exceeded");
            assertThat(guarded.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void refusesLongBodiesAndBreaksOffLongAnswers() throws Exception {
        ServerOptions options = TestServer.options(List.of(), 0, 8, Duration.ofSeconds(1));
        try (TestServer limited =
                new TestServer(TinyModels.options().maxSequences(1).build(), options)) {
            assertRefused(limited.post(COMPLETIONS, "{'prompt':'" + "a".repeat(5000) + "'}"), 413, "body_too_large");
            HttpRequest.BodyPublisher chunked =
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[5000]));
            assertRefused(
                    limited.send(limited.request(COMPLETIONS)
                            .header("Content-Type", "application/json")
                            .POST(chunked)),
                    413,
                    "body_too_large");
            String longest = "{'prompt':'x','max_tokens':480,'ignore_eos':true,'n':20}";
            assertRefused(limited.post(COMPLETIONS, longest), 504, "timeout");
        }
    }
}
