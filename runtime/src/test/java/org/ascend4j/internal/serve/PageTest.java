package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.Prompt;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page in a real browser on the real model. Screenshots of each run are left in target/page. */
@Timeout(180)
class PageTest {
    private static final Path SHOTS = Path.of("target", "page");
    private static final String ANSWER = "document.querySelector('.turn.assistant:last-of-type .said').textContent";
    private static final int ENTER = 13;
    private static final int ESCAPE = 27;
    private static final int TAB = 9;

    private static Llm llm;
    private static ApiServer server;

    @BeforeAll
    static void start() {
        llm = Llm.open(
                SmolLm2.file(),
                LlmOptions.builder().contextLength(2048).kvTokens(4096).build());
        server = ApiServer.start(llm, ServerOptions.of("smollm2"));
    }

    @AfterAll
    static void stop() {
        server.close();
        llm.close();
    }

    private static String url() {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    private static void ask(Browser page, String question) throws Exception {
        page.eval("document.getElementById('question').focus()");
        page.type(question);
        page.press("Enter", ENTER, 0);
    }

    @Test
    void talksStopsReportsAndDraws() throws Exception {
        try (Browser page = new Browser(1280, 800)) {
            page.open(url());
            page.await("document.getElementById('model').textContent === 'smollm2'");
            page.screenshot(SHOTS.resolve("empty.png"));
            ask(page, "Write a story about a river.");
            watchTokensStream(page);
            page.screenshot(SHOTS.resolve("streaming.png"));
            page.press("Escape", ESCAPE, 0);
            page.await("document.getElementById('stop').hidden");
            assertThat(page.eval("document.querySelector('.turn:last-of-type .meta').textContent")
                            .textValue())
                    .contains("stopped");
            assertThat(TestServer.within(
                            java.time.Duration.ofSeconds(5),
                            () -> llm.stats().requests().cancelled() == 1))
                    .as("the engine heard of it")
                    .isTrue();
            forgets(page);
            answersToItsEnd(page);
            chartsMove(page);
            readsTheReport(page);
            assertThat(page.complaints).isEmpty();
        }
    }

    private static void watchTokensStream(Browser page) throws Exception {
        List<Integer> lengths = new ArrayList<>();
        page.await("document.querySelector('.turn.running .said')?.textContent");
        for (int i = 0; i < 6; i++) {
            lengths.add(page.eval(ANSWER + ".length").intValue());
            int seen = lengths.get(i);
            page.await(ANSWER + ".length > " + seen);
        }
        assertThat(lengths).isSorted().doesNotHaveDuplicates();
        assertThat(page.eval("document.getElementById('send').hidden").booleanValue())
                .isTrue();
    }

    /** What the stopped answer said depends on the moment; forgotten, it cannot sway the next answer. */
    private static void forgets(Browser page) throws Exception {
        page.eval("document.getElementById('forget').click()");
        page.await("document.querySelectorAll('.turn').length === 0");
    }

    private static void answersToItsEnd(Browser page) throws Exception {
        page.eval("document.getElementById('most').value = '24'; document.getElementById('temperature').value = '0'");
        ask(page, "What is the capital of France?");
        page.await("document.querySelectorAll('.turn.assistant').length === 1"
                + " && document.querySelector('.turn:last-of-type .meta')");
        assertThat(page.eval(ANSWER).textValue().strip())
                .isNotEmpty()
                .isEqualTo(llm.generate(
                                Prompt.user("What is the capital of France?"),
                                GenerationOptions.defaults().withMaxTokens(24))
                        .text()
                        .strip());
        assertThat(page.eval("document.querySelector('.turn:last-of-type .meta').textContent")
                        .textValue())
                .containsPattern("[0-9]+ tokens · [0-9.,]+ tokens/s · first after [0-9.,]+ ms");
    }

    private static void chartsMove(Browser page) throws Exception {
        page.await("document.querySelector('.chart .line0').getAttribute('d').split('L').length > 3");
        String line = "document.querySelector('.chart .line0').getAttribute('d')";
        String before = page.eval(line).textValue();
        page.await(line + " !== " + com.fasterxml.jackson.databind.node.TextNode.valueOf(before));
        page.await("[...document.querySelectorAll('.chart svg')].every(svg => svg.querySelector('.line0')"
                + ".getAttribute('d').length > 5)");
        JsonNode labels =
                page.eval("[...document.querySelectorAll('.chart svg')].map(svg => svg.getAttribute('aria-label'))");
        assertThat(labels).hasSize(5);
        assertThat(labels.get(2).textValue()).startsWith("KV cache: blocks in use ");
        page.screenshot(SHOTS.resolve("answered.png"));
    }

    /** With the keyboard alone. */
    private static void readsTheReport(Browser page) throws Exception {
        page.eval("document.getElementById('tab-live').focus()");
        page.press("ArrowRight", 39, 0);
        page.await("!document.getElementById('report').hidden && document.getElementById('live').hidden");
        assertThat(page.eval("document.activeElement.id").textValue()).isEqualTo("tab-report");
        assertThat(page.eval("document.getElementById('report').innerText").textValue())
                .containsIgnoringCase(llm.compatibility().summary().replaceFirst("^[^:]*: ", ""))
                .contains(llm.device().name());
        page.screenshot(SHOTS.resolve("report.png"));
        page.eval("document.getElementById('theme').click()");
        assertThat(page.eval("document.documentElement.dataset.theme").textValue())
                .isEqualTo("dark");
        page.press("ArrowLeft", 37, 0);
        page.screenshot(SHOTS.resolve("dark.png"));
    }

    @Test
    void fitsANarrowScreenAndTheKeyboardReachesAll() throws Exception {
        try (Browser page = new Browser(420, 900)) {
            page.open(url());
            page.await("document.getElementById('model').textContent === 'smollm2'");
            assertThat(page.eval("document.documentElement.scrollWidth").intValue())
                    .isLessThanOrEqualTo(420);
            page.screenshot(SHOTS.resolve("narrow.png"));
            List<String> reached = new ArrayList<>();
            page.eval("document.activeElement.blur()");
            for (int i = 0; i < 14; i++) {
                page.press("Tab", TAB, 0);
                reached.add(page.eval("document.activeElement.id || document.activeElement.className"
                                + " || document.activeElement.tagName")
                        .asText());
            }
            assertThat(reached)
                    .contains("skip", "theme", "verdict", "question", "send", "forget", "tab-live", "live", "SUMMARY");
        }
    }

    @Test
    void asksForTheKeyWhereOneIsNeeded() throws Exception {
        ServerOptions guarded = TestServer.options(List.of("secret"), 0, 8, java.time.Duration.ofSeconds(30));
        try (TestServer tiny = new TestServer(TinyModels.options().build(), guarded);
                Browser page = new Browser(1000, 700)) {
            page.open(tiny.url("/"));
            page.await("document.getElementById('model').textContent === 'API key needed'");
            assertThat(page.eval("document.activeElement.id").textValue()).isEqualTo("key");
            page.type("secret");
            page.press("Tab", TAB, 0);
            page.await("document.getElementById('model').textContent === 'tiny'");
        }
    }

    @Test
    void letsNothingOfOthersIn() throws Exception {
        try (TestServer tiny = TestServer.start()) {
            for (Map.Entry<String, String> file : Map.of(
                            "/",
                            "text/html",
                            "/page.css",
                            "text/css",
                            "/chart.js",
                            "text/javascript",
                            "/page.js",
                            "text/javascript")
                    .entrySet()) {
                HttpResponse<String> response = tiny.get(file.getKey());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                        .startsWith(file.getValue());
                assertThat(response.headers()
                                .firstValue("Content-Security-Policy")
                                .orElseThrow())
                        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                        .doesNotContain("unsafe");
                assertThat(response.body().replace("http://www.w3.org/2000/svg", ""))
                        .doesNotContain("http://", "https://", "innerHTML", "style=");
            }
            JsonNode stats = TestServer.json(tiny.get("/stats"));
            assertThat(stats.get("state").textValue()).isEqualTo("READY");
            assertThat(stats.at("/latencies/inter_token/counts"))
                    .hasSize(stats.at("/latencies/inter_token/bounds").size() + 1);
        }
    }
}
