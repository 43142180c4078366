package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.ascend4j.internal.serve.ApiServer;
import org.ascend4j.internal.serve.ServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An application server that deploys an application, takes it away and deploys it again. */
class ClassLoaderLeakTest {
    /** The application: opens a model, serves it, closes both. The request comes from outside. */
    public static final class Application implements Function<UnaryOperator<String>, String> {
        @Override
        public String apply(UnaryOperator<String> client) {
            try (Llm llm = TinyModels.open("q8_0");
                    ApiServer server = ApiServer.start(llm, ServerOptions.of("tiny"))) {
                return client.apply("http://127.0.0.1:" + server.port() + "/v1/completions");
            }
        }
    }

    @Test
    @Timeout(120)
    void nothingOfAnApplicationThatWasTakenAwayRemains() throws Exception {
        String expected = comparable(new Application().apply(ClassLoaderLeakTest::ask));
        Deployments server = new Deployments();
        for (int i = 0; i < 2; i++) {
            String answer = server.run(Application.class, ClassLoaderLeakTest::ask);
            assertThat(comparable(answer)).contains("text_completion").isEqualTo(expected);
        }
        server.assertCollected();
        TinyModels.assertNothingOutstanding();
    }

    private static String comparable(String answer) {
        return answer.replaceAll("\"(id|created)\":[^,]*,", "");
    }

    private static String ask(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":[300,301],\"max_tokens\":8,\"temperature\":0}"))
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
