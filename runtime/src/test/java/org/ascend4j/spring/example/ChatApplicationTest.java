package org.ascend4j.spring.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.ascend4j.ChildJvm;
import org.ascend4j.IdleStats;
import org.ascend4j.Llm;
import org.ascend4j.MismatchedStack;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The example application as it is started by hand, with the real model; the last test stops it while it answers. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChatApplicationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static ConfigurableApplicationContext context;
    private static Llm llm;

    @BeforeAll
    static void start() {
        context = SpringApplication.run(
                ChatApplication.class,
                "--ascend4j.model=" + SmolLm2.file(),
                "--ascend4j.device=host",
                "--ascend4j.threads=2",
                "--ascend4j.context-length=512",
                "--ascend4j.chat.max-tokens=24",
                "--server.port=0",
                "--spring.main.banner-mode=off",
                // Tomcat takes Reactor's threads, which serve the whole JVM, for forgotten ones.
                "--logging.level.org.apache.catalina.loader=error",
                "--management.endpoint.health.show-details=always",
                "--management.endpoints.web.exposure.include=health,metrics");
        llm = context.getBean(Llm.class);
    }

    @AfterAll
    static void stop() {
        context.close();
        TinyModels.assertNothingOutstanding();
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path))
                .timeout(Duration.ofSeconds(60))
                .build();
    }

    private static String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = CLIENT.send(request(path), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static String question(String text) {
        return "?question=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void answersAndStreamsTheSame() throws Exception {
        String question = question("What is the capital of France?");
        String answer = get("/answer" + question);
        assertThat(answer).contains("Paris");
        List<String> events = get("/stream" + question)
                .lines()
                .filter(line -> line.startsWith("data:"))
                .toList();
        assertThat(events).hasSizeGreaterThan(4);
        assertThat(String.join(
                        "", events.stream().map(event -> event.substring(5)).toList()))
                .isEqualTo(answer);
    }

    @Test
    void tellsItsHealthWithTheGuardsVerdict() throws Exception {
        JsonNode health =
                JSON.readTree(get("/actuator/health")).path("components").path("ascend4j");
        assertThat(health.path("status").asText()).isEqualTo("UP");
        JsonNode details = health.path("details");
        assertThat(details.path("engine").path("state").asText()).isEqualTo("READY");
        assertThat(details.path("device").path("name").asText()).isEqualTo("host");
        assertThat(details.path("model").asText()).isEqualTo(llm.modelName());
        assertThat(details.path("guard").path("outcome").asText())
                .isEqualTo(llm.compatibility().outcome().toString());
        assertThat(details.path("guard").path("summary").asText())
                .isEqualTo(llm.compatibility().summary());
    }

    @Test
    void countsUnderVllmsNamesAndSpringAisOwn() throws Exception {
        get("/answer" + question("Hello"));
        double tokens = IdleStats.of(llm).tokens().generated(); // figures run a moment behind answers
        assertThat(measurement("vllm:generation_tokens")).isEqualTo(tokens).isPositive();
        assertThat(measurement("ascend4j:engine_state?tag=state:ready")).isEqualTo(1);
        JsonNode operation = JSON.readTree(get("/actuator/metrics/gen_ai.client.operation"));
        assertThat(operation.toString()).contains("ascend4j").contains(llm.modelName());
    }

    private static double measurement(String metric) throws Exception {
        return JSON.readTree(get("/actuator/metrics/" + metric.replace(" ", "%20")))
                .path("measurements")
                .get(0)
                .path("value")
                .asDouble();
    }

    @Test
    void freesAStreamThatItsClientLeaves() throws Exception {
        HttpResponse<Stream<String>> response =
                CLIENT.send(request("/stream" + question("Tell me a story.")), HttpResponse.BodyHandlers.ofLines());
        Iterator<String> lines = response.body().iterator();
        lines.next();
        response.body().close();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (llm.stats().requests().live() > 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(llm.stats().requests().live()).isZero();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void letsAnswersEndWhenItStops() throws Exception {
        HttpResponse<Stream<String>> response = CLIENT.send(
                request("/stream" + question("What is the capital of France?")), HttpResponse.BodyHandlers.ofLines());
        Thread stopping = new Thread(context::close);
        stopping.start();
        String answer = String.join(
                "",
                response.body()
                        .filter(line -> line.startsWith("data:"))
                        .map(line -> line.substring(5))
                        .toList());
        assertThat(answer).contains("Paris").endsWith(".");
        stopping.join(Duration.ofSeconds(30).toMillis());
        assertThat(stopping.isAlive()).isFalse();
        assertThat(llm.health().ready()).isFalse();
    }

    @Test
    void doesNotStartOnAStackThatTheGuardRefuses(@TempDir Path directory) throws Exception {
        MismatchedStack stack = MismatchedStack.install(directory);
        String output = stack.on(new ChildJvm(directory))
                .run(1, 90, ChatApplication.class, "--ascend4j.model=" + TinyModels.path("q4_0"), "--server.port=0");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The installed Ascend stack does not fit this version of Ascend4J:")
                .contains("8.1.RC1")
                .containsSubsequence("Description:", "8.1.RC1", "Action:", "ascend4j.guard=warn")
                .doesNotContain("\tat org.ascend4j");
        assertThat(stack.record()).doesNotExist();
    }
}
