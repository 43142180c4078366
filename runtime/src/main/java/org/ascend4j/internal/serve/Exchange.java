package org.ascend4j.internal.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.UUID;

/**
 * One request and what is sent back. Belongs to the thread of the request; the watch calls {@link #seen} and {@link
 * #breakLongWrite}.
 */
final class Exchange {
    private static final int LONG_HEADERS = 32 << 10;

    private final HttpExchange http;
    private final Connection connection;
    private final String id = "req_" + UUID.randomUUID().toString().replace("-", "");
    private final long startNanos = System.nanoTime();
    private OutputStream out;
    private int status;
    private long bytes;
    private long promptTokens = -1;
    private long generatedTokens = -1;

    private Thread writer;
    private long writeNanos;
    private long writtenNanos;
    private Runnable onGone;
    private boolean gone;
    private int missed;

    Exchange(HttpExchange http) {
        this.http = http;
        this.connection = Connection.of(http.getLocalAddress(), http.getRemoteAddress());
    }

    Connection connection() {
        return connection;
    }

    String method() {
        return http.getRequestMethod();
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    /** The first header of this name; null if there is none. */
    String header(String name) {
        return http.getRequestHeaders().getFirst(name);
    }

    /** @throws ApiError if there is too much of them */
    void checkHeaders() throws ApiError {
        long length = http.getRequestURI().toString().length();
        for (var header : http.getRequestHeaders().entrySet()) {
            for (String value : header.getValue()) {
                length += header.getKey().length() + value.length();
            }
        }
        if (length > LONG_HEADERS) {
            http.getResponseHeaders().set("Connection", "close");
            throw ApiError.request(
                    431, "headers_too_large", null, "found headers of " + length + " bytes, expected " + LONG_HEADERS);
        }
    }

    /**
     * The whole body.
     *
     * @throws ApiError if it is longer than {@code most} bytes
     */
    byte[] body(int most) throws IOException, ApiError {
        String length = header("Content-Length");
        if (length != null && (length.length() > 18 || Long.parseLong(length) > most)) {
            throw tooLarge(most);
        }
        InputStream in = http.getRequestBody();
        byte[] body = in.readNBytes(most + 1);
        if (body.length > most) {
            throw tooLarge(most);
        }
        return body;
    }

    private ApiError tooLarge(int most) {
        // What is left of it is not read.
        http.getResponseHeaders().set("Connection", "close");
        return ApiError.request(413, "body_too_large", null, "found a body of more than " + most + " bytes");
    }

    /** Tells what to do when the client has gone; at once if it has. Called on any thread. */
    void onGone(Runnable action) {
        boolean already;
        synchronized (this) {
            onGone = action;
            already = gone;
        }
        if (already) {
            action.run();
        }
    }

    /** What the watch found. The kernel's table may skip a line while it changes, so one absence proves nothing. */
    void seen(boolean there) {
        Runnable action = null;
        synchronized (this) {
            missed = there ? 0 : missed + 1;
            if (missed == 2 && !gone) {
                gone = true;
                action = onGone;
            }
        }
        if (action != null) {
            action.run();
        }
    }

    synchronized boolean gone() {
        return gone;
    }

    /**
     * Whether nothing has been written for so long that a client that has gone would not be noticed by it: the second
     * write after that fails.
     */
    synchronized boolean quiet(long now, long nanos) {
        return writtenNanos == 0 || now - writtenNanos > nanos;
    }

    /** Interrupting a thread that writes to a channel closes the channel. */
    synchronized void breakLongWrite(long now, long longestNanos) {
        if (writer != null && now - writeNanos > longestNanos) {
            writer.interrupt();
        }
    }

    private synchronized void beginWrite() {
        writer = Thread.currentThread();
        writeNanos = System.nanoTime();
    }

    private synchronized void endWrite() {
        writer = null;
        writtenNanos = System.nanoTime();
        Thread.interrupted();
    }

    boolean begun() {
        return status != 0;
    }

    void counts(long prompt, long generated) {
        promptTokens = prompt;
        generatedTokens = generated;
    }

    void retryAfter(Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        http.getResponseHeaders().set("Retry-After", Long.toString(seconds));
    }

    void responseHeader(String name, String value) {
        http.getResponseHeaders().set(name, value);
    }

    void allow(String method) {
        http.getResponseHeaders().set("Allow", method);
    }

    void askForKey() {
        http.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }

    void closeConnection() {
        http.getResponseHeaders().set("Connection", "close");
    }

    /** Sends a whole response. */
    void send(int code, String type, byte[] content) throws IOException {
        status = code;
        Headers headers = http.getResponseHeaders();
        headers.set("Content-Type", type);
        headers.set("x-request-id", id);
        beginWrite();
        try {
            http.sendResponseHeaders(code, content.length == 0 ? -1 : content.length);
            if (content.length > 0) {
                http.getResponseBody().write(content);
                bytes += content.length;
            }
        } finally {
            endWrite();
        }
    }

    /** Begins a response of server-sent events. */
    void beginEvents() throws IOException {
        status = 200;
        Headers headers = http.getResponseHeaders();
        headers.set("Content-Type", "text/event-stream; charset=utf-8");
        headers.set("Cache-Control", "no-cache");
        headers.set("X-Accel-Buffering", "no");
        headers.set("x-request-id", id);
        beginWrite();
        try {
            http.sendResponseHeaders(200, 0);
            out = http.getResponseBody();
        } finally {
            endWrite();
        }
    }

    /** Sends what is to reach the client now. */
    void push(byte[] content, int length) throws IOException {
        beginWrite();
        try {
            out.write(content, 0, length);
            out.flush();
            bytes += length;
        } finally {
            endWrite();
        }
    }

    void close() {
        beginWrite();
        try {
            http.close();
        } finally {
            endWrite();
        }
    }

    /** A line for the log; nothing in it is the client's own words. */
    String line(String route) {
        StringBuilder line = new StringBuilder(id)
                .append(' ')
                .append(connection.remote().getHostAddress())
                .append(' ')
                .append(route)
                .append(' ')
                .append(gone() ? ApiError.CLIENT_GONE : status)
                .append(' ')
                .append(bytes)
                .append("B ")
                .append((System.nanoTime() - startNanos) / 1_000_000)
                .append("ms");
        if (promptTokens >= 0) {
            line.append(" prompt=").append(promptTokens).append(" generated=").append(generatedTokens);
        }
        return line.toString();
    }

    int status() {
        return gone() ? ApiError.CLIENT_GONE : status;
    }
}
