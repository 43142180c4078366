package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.ascend4j.TinyModels;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OriginsTest {
    private static final String PAGE = "https://page.example";
    private static final String ALLOW = "Access-Control-Allow-Origin";

    private static HttpResponse<String> preflight(TestServer server, String origin) throws Exception {
        return server.send(server.request("/v1/chat/completions")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST"));
    }

    private static HttpResponse<String> get(TestServer server, String origin) throws Exception {
        return server.send(server.request("/v1/models").header("Origin", origin));
    }

    @Test
    void letsNoPageInUnlessItIsListed() throws Exception {
        try (TestServer closed = TestServer.start()) {
            assertThat(preflight(closed, PAGE).statusCode()).isEqualTo(405);
            assertThat(get(closed, PAGE).headers().firstValue(ALLOW)).isEmpty();
        }
        ServerOptions options = ServerOptions.of(TestServer.MODEL).withCorsOrigins(List.of(PAGE));
        try (TestServer open = new TestServer(TinyModels.options().build(), options)) {
            HttpResponse<String> asked = preflight(open, PAGE);
            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(asked.headers().firstValue(ALLOW)).hasValue(PAGE);
            assertThat(asked.headers().firstValue("Access-Control-Allow-Headers"))
                    .hasValue("Authorization, Content-Type");
            assertThat(get(open, PAGE).headers().firstValue(ALLOW)).hasValue(PAGE);
            assertThat(get(open, PAGE).headers().firstValue("Vary")).hasValue("Origin");
            for (String other : List.of("https://other.example", PAGE + ".evil", "null", "http://page.example")) {
                assertThat(get(open, other).headers().firstValue(ALLOW))
                        .as(other)
                        .isEmpty();
                assertThat(preflight(open, other).headers().firstValue(ALLOW))
                        .as(other)
                        .isEmpty();
            }
        }
    }

    @Test
    void refusesWhatIsNoOrigin() {
        for (String wrong : List.of("", "example.org", "https://", "https://a/b", "https://a/", "a b://c", "**")) {
            assertThatThrownBy(() -> ServerOptions.of("m").withCorsOrigins(List.of(wrong)))
                    .as(wrong)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("cors-origin: ");
        }
        assertThat(ServerOptions.of("m").withCorsOrigins(List.of("*", "http://localhost:3000")))
                .isNotNull();
    }
}
