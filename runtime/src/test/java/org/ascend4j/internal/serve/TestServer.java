package org.ascend4j.internal.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.TinyModels;

/** A server of a tiny model in this process, and a client for it. */
final class TestServer implements AutoCloseable {
    static final String MODEL = "tiny";
    static final String EMBEDDING_MODEL = "tiny-vectors";
    private static final ObjectMapper JSON = new ObjectMapper();

    final Llm llm;
    final Embedder embedder;
    final ApiServer server;
    final HttpClient client = HttpClient.newHttpClient();

    TestServer(LlmOptions model, ServerOptions options) {
        this(model, options, null);
    }

    private TestServer(LlmOptions model, ServerOptions options, Embedder embedder) {
        this.embedder = embedder;
        llm = Llm.open(TinyModels.path("q8_0"), model);
        server = ApiServer.start(llm, embedder, options);
    }

    /** With a model for vectors, which is the same one. */
    static TestServer embedding() {
        Embedder embedder =
                Embedder.open(TinyModels.path("q8_0"), TinyModels.options().build());
        return new TestServer(
                TinyModels.options().build(), ServerOptions.of(MODEL).withEmbeddingModel(EMBEDDING_MODEL), embedder);
    }

    static TestServer start() {
        return new TestServer(TinyModels.options().build(), ServerOptions.of(MODEL));
    }

    static ServerOptions options(List<String> keys, int rate, int mostRequests, Duration timeout) {
        return new ServerOptions("127.0.0.1", 0, MODEL, keys, rate, mostRequests, 4096, timeout, false, "", List.of());
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(30));
    }

    /** Single quotes stand for double ones. */
    static String quoted(String json) {
        return json.replace('\'', '"');
    }

    HttpResponse<String> post(String path, String json, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(quoted(json)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return json(response.body());
    }

    static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    /** The events of a stream but the last, which has to be the end. */
    static List<JsonNode> events(HttpResponse<String> response) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        String[] parts = response.body().split("\n\n");
        for (int i = 0; i < parts.length - 1; i++) {
            if (!parts[i].startsWith("data: ")) {
                throw new AssertionError("no event: " + parts[i]);
            }
            events.add(json(parts[i].substring("data: ".length())));
        }
        if (!parts[parts.length - 1].equals("data: [DONE]")) {
            throw new AssertionError("no end: " + parts[parts.length - 1]);
        }
        return events;
    }

    /** Waits for it, not long. */
    static boolean within(Duration time, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    @Override
    public void close() {
        server.close();
        llm.close();
        if (embedder != null) {
            embedder.close();
        }
    }
}
