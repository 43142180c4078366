package org.ascend4j.internal.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Headless Chromium with one page, driven over the DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final String session;

    /** What the page complained about: exceptions, refused resources, errors on its console. */
    final List<String> complaints = new CopyOnWriteArrayList<>();

    Browser(int width, int height) throws Exception {
        profile = Files.createTempDirectory("ascend4j-browser");
        process = new ProcessBuilder(
                        executable().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "--window-size=" + width + "," + height,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(20))
                .buildAsync(address(), new Messages())
                .get(30, TimeUnit.SECONDS);
        String target = send("Target.createTarget", Map.of("url", "about:blank"), null)
                .get("targetId")
                .textValue();
        session = send("Target.attachToTarget", Map.of("targetId", target, "flatten", true), null)
                .get("sessionId")
                .textValue();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** @throws AssertionError if there is none: this test is not skipped, for nothing else looks at the page */
    private static Path executable() {
        String path = System.getenv("PATH");
        return Stream.of(path.split(":"))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("found none of " + NAMES
                        + " on the path; the page's test needs one: apt-get install chromium"));
    }

    private URI address() throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("DevTools listening on ")) {
                Thread drain = new Thread(() -> output.lines().forEach(rest -> {}), "browser-output");
                drain.setDaemon(true);
                drain.start();
                return URI.create(line.substring("DevTools listening on ".length()));
            }
        }
        throw new AssertionError("the browser ended without a word of its address");
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void take(String message) {
        try {
            JsonNode read = JSON.readTree(message);
            if (read.has("id")) {
                answers.remove(read.get("id").intValue()).complete(read);
            } else if (read.path("method").textValue().equals("Runtime.exceptionThrown")) {
                complaints.add(read.at("/params/exceptionDetails").toString());
            } else if (read.path("method").textValue().equals("Log.entryAdded")
                    && read.at("/params/entry/level").textValue().equals("error")) {
                complaints.add(read.at("/params/entry/text").textValue() + " "
                        + read.at("/params/entry/url").asText());
            }
        } catch (IOException e) {
            complaints.add(e.toString());
        }
    }

    JsonNode send(String method, Map<String, ?> parameters) throws Exception {
        return send(method, parameters, session);
    }

    private JsonNode send(String method, Map<String, ?> parameters, String to) throws Exception {
        ObjectNode message = JSON.createObjectNode();
        int id = ids.incrementAndGet();
        message.put("id", id).put("method", method).set("params", JSON.valueToTree(parameters));
        if (to != null) {
            message.put("sessionId", to);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(message.toString(), true).get(10, TimeUnit.SECONDS);
        JsonNode read = answer.get(30, TimeUnit.SECONDS);
        if (read.has("error")) {
            throw new AssertionError(method + ": " + read.get("error"));
        }
        return read.get("result");
    }

    void open(String url) throws Exception {
        send("Page.navigate", Map.of("url", url));
        await("document.readyState === 'complete' && location.href.startsWith('http')");
    }

    /** The value of an expression on the page. */
    JsonNode eval(String expression) throws Exception {
        JsonNode result =
                send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    /** Waits until an expression is true, not long. */
    void await(String expression) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!eval("Boolean(" + expression + ")").booleanValue()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in vain waited for " + expression + "; the page has: "
                        + eval("document.body.innerText").textValue() + "; complaints: " + complaints);
            }
            Thread.sleep(20);
        }
    }

    /** Types as a keyboard does. */
    void type(String text) throws Exception {
        send("Input.insertText", Map.of("text", text));
    }

    /** Presses a key such as Enter. */
    void press(String key, int code, int modifiers) throws Exception {
        Map<String, Object> parameters =
                new HashMap<>(Map.of("key", key, "code", key, "windowsVirtualKeyCode", code, "modifiers", modifiers));
        parameters.put("type", key.equals("Enter") ? "keyDown" : "rawKeyDown");
        if (key.equals("Enter")) {
            parameters.put("text", "\r");
        }
        send("Input.dispatchKeyEvent", parameters);
        parameters.remove("text");
        parameters.put("type", "keyUp");
        send("Input.dispatchKeyEvent", parameters);
    }

    void screenshot(Path file) throws Exception {
        JsonNode shot = send("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.get("data").textValue()));
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
        // A process that was just starting may still write into its profile; then the system's cleaner takes it.
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (UncheckedIOException changing) {
            profile.toFile().deleteOnExit();
        }
    }
}
