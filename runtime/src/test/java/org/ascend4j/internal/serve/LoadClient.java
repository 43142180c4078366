package org.ascend4j.internal.serve;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One request over a connection of its own, with the time of everything that comes back. */
final class LoadClient {
    /**
     * What came.
     *
     * @param status the HTTP status
     * @param retryAfter whether the answer says when to come again
     * @param firstNanos from the request to the status line
     * @param gapNanos between events of text
     * @param whole whether the stream had its end
     */
    record Outcome(int status, boolean retryAfter, long firstNanos, List<Long> gapNanos, boolean whole) {}

    private LoadClient() {}

    static Socket send(int port, String json) throws IOException {
        byte[] body = TestServer.quoted(json).getBytes(StandardCharsets.UTF_8);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(120_000);
        socket.setTcpNoDelay(true);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        socket.getOutputStream().write(request.toByteArray());
        return socket;
    }

    static Outcome ask(int port, String json) throws IOException {
        try (Socket socket = send(port, json)) {
            long start = System.nanoTime();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            int status = Integer.parseInt(line(in).split(" ")[1]);
            long first = System.nanoTime() - start;
            boolean retry = false;
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                retry |= line.toLowerCase(java.util.Locale.ROOT).startsWith("retry-after:");
            }
            List<Long> gaps = new ArrayList<>();
            boolean whole = false;
            long last = 0;
            for (String line = line(in); line != null; line = line(in)) {
                if (line.startsWith("data: {")) {
                    long now = System.nanoTime();
                    if (last != 0) {
                        gaps.add(now - last);
                    }
                    last = now;
                }
                whole |= line.equals("data: [DONE]");
            }
            return new Outcome(status, retry, first, gaps, whole);
        }
    }

    /** Null at the end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
