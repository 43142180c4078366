package org.ascend4j.internal.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A hub on this machine: a list of files, redirects of large ones to a store, and whatever a test wants to go wrong. */
final class FakeHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** Each request as METHOD PATH [Range] [Authorization]. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final Map<String, byte[]> large = new TreeMap<>();
    final Map<String, byte[]> small = new TreeMap<>();

    /** Answers of this code come first, so many times. */
    volatile int failures;

    volatile int failureCode = 429;

    /** Bytes after which a download is cut, as long as {@link #cuts} is positive. */
    volatile int cutAfter = Integer.MAX_VALUE;

    volatile int cuts;
    volatile boolean ranges = true;
    volatile boolean wrongHash;
    volatile boolean lists = true;
    volatile String token;
    volatile String commit = COMMIT;
    volatile String location;
    private final HttpServer server;
    private final HttpServer store;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FakeHub() throws IOException {
        server = start(this::hub);
        store = start(exchange ->
                send(exchange, large.get(exchange.getRequestURI().getPath().substring(1)), "\"store\""));
    }

    private HttpServer start(com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        started.setExecutor(threads);
        started.createContext("/", exchange -> {
            var headers = exchange.getRequestHeaders();
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI()
                    + (headers.containsKey("Range") ? " " + headers.getFirst("Range") : "")
                    + (headers.containsKey("Authorization") ? " " + headers.getFirst("Authorization") : "");
            requests.add((started == server ? "" : "store ") + line);
            try (exchange) {
                handler.handle(exchange);
            } catch (UncheckedIOException cut) {
                // What a test asked for.
            }
        });
        started.start();
        return started;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void hub(HttpExchange exchange) throws IOException {
        if (failures > 0) {
            failures--;
            exchange.getResponseHeaders().set("Retry-After", "0");
            exchange.sendResponseHeaders(failureCode, -1);
            return;
        }
        if (token != null
                && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/api/models/org/model/revision/main") || path.equals("/api/models/org/model/revision/v/2")) {
            byte[] json = list().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
            return;
        }
        String prefix = "/org/model/resolve/" + COMMIT + "/";
        String name = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        exchange.getResponseHeaders().set("X-Repo-Commit", commit);
        if (large.containsKey(name)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sha256(large.get(name)) + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", "" + large.get(name).length);
            String target = "http://localhost:" + store.getAddress().getPort() + "/" + name;
            exchange.getResponseHeaders().set("Location", location == null ? target : location);
            exchange.sendResponseHeaders(302, -1);
        } else if (small.containsKey(name)) {
            send(exchange, small.get(name), "\"" + blob(small.get(name)) + "\"");
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
    }

    private void send(HttpExchange exchange, byte[] content, String etag) throws IOException {
        String range = ranges ? exchange.getRequestHeaders().getFirst("Range") : null;
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
        exchange.getResponseHeaders().set("ETag", etag);
        if (from > 0) {
            String span = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
            exchange.getResponseHeaders().set("Content-Range", span);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from == 0 ? -1 : content.length - from);
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        OutputStream body = exchange.getResponseBody();
        if (cuts > 0 && rest.length > cutAfter) {
            cuts--;
            body.write(rest, 0, cutAfter);
            body.flush();
            throw new UncheckedIOException(new IOException("cut"));
        }
        body.write(rest);
    }

    private String list() {
        StringBuilder json = new StringBuilder("{\"id\":\"org/model\",\"sha\":\"" + COMMIT + "\",\"siblings\":[");
        large.forEach((name, bytes) -> json.append("{\"rfilename\":\"" + name + "\",\"size\":" + bytes.length
                + ",\"blobId\":\"" + blob(bytes) + "\",\"lfs\":{\"sha256\":\""
                + (wrongHash ? "0".repeat(64) : sha256(bytes)) + "\",\"size\":" + bytes.length
                + ",\"pointerSize\":134}},"));
        small.forEach((name, bytes) -> json.append("{\"rfilename\":\"" + name + "\""
                + (lists ? ",\"size\":" + bytes.length + ",\"blobId\":\"" + blob(bytes) + "\"" : "") + "},"));
        return json.append("{\"rfilename\":\".gitattributes\"}]}").toString();
    }

    static String sha256(byte[] content) {
        return digest("SHA-256", content);
    }

    /** Git's digest of a file. */
    static String blob(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return digest("SHA-1", all);
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }
}
