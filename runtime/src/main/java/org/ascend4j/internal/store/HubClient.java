package org.ascend4j.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;

/**
 * Asks a hub. Redirects are followed here and not by the JDK, because only the hub itself may see the token, and because
 * what the hub says of a file stands in the answer before the redirect.
 */
final class HubClient {
    private static final int MOST_REDIRECTS = 6;
    private static final long MAX_LIST_BYTES = 64L << 20;

    private final HubSettings settings;
    private final HttpClient http;

    HubClient(HubSettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(min(settings.timeout(), Duration.ofSeconds(30)))
                .build();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** An answer that is neither what was asked for nor a reason to give up at once. */
    static final class Temporary extends IOException {
        private static final long serialVersionUID = 1L;

        private final Duration wait;

        Temporary(String message, Duration wait) {
            super(message);
            this.wait = wait;
        }

        /** How long the hub asks to wait; zero if it does not say. */
        Duration pause() {
            return wait;
        }
    }

    /** A repository's files at a revision. */
    HubSnapshot snapshot(HubName name, Path scratch) throws IOException {
        URI uri = uri("/api/models/" + name.repository() + "/revision/" + encoded(name.revision()) + "?blobs=true");
        HttpResponse<InputStream> response = send(uri, 0, null);
        try (InputStream body = response.body()) {
            require(response, name.toString(), 200);
            Files.createDirectories(scratch);
            Path file = Files.createTempFile(scratch, "list", ".json");
            try {
                copy(body, file);
                return HubSnapshot.read(JsonDocument.read(file, MAX_LIST_BYTES));
            } catch (ModelFormatException wrong) {
                throw new PullException(
                        name + ": the hub's list of files: "
                                + wrong.getMessage().replaceFirst("^\\S+: ", ""),
                        wrong);
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }

    private void copy(InputStream body, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] bytes = new byte[1 << 16];
            long sum = 0;
            for (int read = body.read(bytes); read >= 0; read = body.read(bytes)) {
                sum += read;
                if (sum > MAX_LIST_BYTES) {
                    throw new PullException("the hub's list of files is longer than " + MAX_LIST_BYTES + " bytes");
                }
                out.write(bytes, 0, read);
            }
        }
    }

    /**
     * A file's bytes.
     *
     * @param from the first byte of {@code body}; less than what was asked for if the hub sends all of it
     * @param etag what the hub says of the content: SHA-256 or git's digest, without quotes; empty if nothing
     */
    record Content(InputStream body, long from, String etag) {}

    /** Opens a file from byte {@code from} on. */
    Content open(HubName name, String commit, HubFile file, long from) throws IOException {
        String path =
                Arrays.stream(file.name().split("/")).map(HubClient::encoded).collect(Collectors.joining("/"));
        Facts facts = new Facts();
        HttpResponse<InputStream> response =
                send(uri("/" + name.repository() + "/resolve/" + commit + "/" + path), from, facts);
        String what = name.repository() + "/" + file.name();
        try {
            if (response.statusCode() == 416) {
                throw new Temporary(what + ": the hub has fewer bytes than are here already", Duration.ZERO);
            }
            require(response, what, 200, 206);
            if (facts.commit != null && !facts.commit.equals(commit)) {
                throw new PullException(what + ": the hub answers for commit " + facts.commit + ", expected " + commit);
            }
            return new Content(response.body(), start(response, what, from), facts.etag == null ? "" : facts.etag);
        } catch (IOException | RuntimeException failed) {
            response.body().close();
            throw failed;
        }
    }

    private static long start(HttpResponse<InputStream> response, String what, long from) {
        if (response.statusCode() == 200) {
            return 0;
        }
        String range = response.headers().firstValue("Content-Range").orElse("");
        if (!range.startsWith("bytes " + from + "-")) {
            throw new PullException(what + ": found Content-Range '" + range + "', expected a start at " + from);
        }
        return from;
    }

    /** What the answers on the way to a file say of it. */
    private static final class Facts {
        private String commit;
        private String etag;

        void read(HttpResponse<?> response) {
            response.headers().firstValue("X-Repo-Commit").ifPresent(value -> commit = value);
            Optional<String> linked = response.headers().firstValue("X-Linked-Etag");
            // The store behind a redirect has an ETag of its own that means something else.
            boolean first = etag == null;
            linked.or(() -> first ? response.headers().firstValue("ETag") : Optional.empty())
                    .ifPresent(value -> etag = value.replaceFirst("^W/", "").replace("\"", ""));
        }
    }

    private HttpResponse<InputStream> send(URI start, long from, Facts facts) throws IOException {
        URI uri = start;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(request(uri, from));
            if (facts != null) {
                facts.read(response);
            }
            int code = response.statusCode();
            if (code != 301 && code != 302 && code != 303 && code != 307 && code != 308) {
                return response;
            }
            response.body().close();
            uri = target(uri, response.headers().firstValue("Location").orElse(""));
        }
        throw new PullException(start + ": more than " + MOST_REDIRECTS + " redirects");
    }

    private static URI target(URI from, String location) {
        try {
            URI to = from.resolve(URI.create(location));
            boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
            boolean weaker = "https".equals(from.getScheme()) && "http".equals(to.getScheme());
            if (location.isEmpty() || !web || to.getHost() == null || weaker) {
                throw new PullException(
                        from.getHost() + " redirects to '" + location + "', expected an address that is as safe");
            }
            return to;
        } catch (IllegalArgumentException e) {
            throw new PullException(from.getHost() + " redirects to '" + location + "', expected an address", e);
        }
    }

    private HttpRequest request(URI uri, long from) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(settings.timeout())
                .header("User-Agent", "ascend4j")
                .header("Accept-Encoding", "identity");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        URI home = settings.requireEndpoint();
        boolean own = uri.getScheme().equals(home.getScheme())
                && uri.getHost().equalsIgnoreCase(home.getHost())
                && uri.getPort() == home.getPort();
        if (own) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        return request.build();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PullException("interrupted while waiting for the hub", true);
        }
    }

    private void require(HttpResponse<InputStream> response, String what, int... codes) throws IOException {
        int code = response.statusCode();
        if (Arrays.stream(codes).anyMatch(fine -> fine == code)) {
            return;
        }
        if (code == 401 || code == 403) {
            throw new PullException(what + ": the hub answers " + code + "; the repository is private or gated"
                    + (settings.token().isPresent()
                            ? " and this token may not read it: ask for access, or set HF_TOKEN to another one"
                            : ": set HF_TOKEN to a token that may read it")
                    + ", or the name is wrong");
        }
        if (code == 404) {
            throw new PullException(what + ": the hub answers 404; there is no such repository, revision or file");
        }
        if (code == 429 || code >= 500 || code == 408) {
            throw new Temporary(what + ": the hub answers " + code, retryAfter(response));
        }
        throw new PullException(what + ": the hub answers " + code + ", expected " + codes[0]);
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String text = response.headers().firstValue("Retry-After").orElse("");
        return text.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(text)) : Duration.ZERO;
    }

    private URI uri(String path) {
        return URI.create(settings.requireEndpoint() + path);
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
