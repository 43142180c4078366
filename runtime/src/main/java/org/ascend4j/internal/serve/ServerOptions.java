package org.ascend4j.internal.serve;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.ascend4j.error.InvalidRequestException;

/**
 * How a model is served.
 *
 * @param host the address to listen at
 * @param port 0 for one that is free
 * @param model the name that requests give and answers carry
 * @param keys one of them has to come with each request; none accepts all requests
 * @param ratePerMinute requests of one key in a minute, on average; 0 for no limit
 * @param mostRequests requests that are worked on at once; more are refused
 * @param mostBodyBytes of a request
 * @param timeout from a request to its whole answer; zero for none
 * @param accessLog whether each request leaves a line in the log
 * @param embeddingModel the name of the model that makes vectors; empty if there is none
 * @param corsOrigins pages of these origins may use the server; * for all
 */
public record ServerOptions(
        String host,
        int port,
        String model,
        List<String> keys,
        int ratePerMinute,
        int mostRequests,
        int mostBodyBytes,
        Duration timeout,
        boolean accessLog,
        String embeddingModel,
        List<String> corsOrigins) {
    private static final int MOST_BODY_BYTES = 1 << 30;
    private static final int SHORTEST_BODY = 1024;
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s]+");

    public ServerOptions {
        keys = List.copyOf(keys);
        corsOrigins = List.copyOf(corsOrigins);
        whole("port", port, 0, 65_535);
        whole("rate-limit", ratePerMinute, 0, 1_000_000);
        whole("max-concurrent-requests", mostRequests, 1, 65_536);
        whole("max-body-bytes", mostBodyBytes, SHORTEST_BODY, MOST_BODY_BYTES);
        whole("request-timeout", timeout.toSeconds(), 0, Duration.ofDays(1).toSeconds());
        corsOrigins.forEach(ServerOptions::checkOrigin);
        for (String key : keys) {
            if (key.isBlank() || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new InvalidRequestException(
                        "api-key", "found one that is empty or not printable ASCII, expected such without spaces");
            }
        }
    }

    /** An origin is a scheme, a host and perhaps a port, without a path. */
    private static void checkOrigin(String origin) {
        if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
            throw new InvalidRequestException(
                    "cors-origin",
                    "found '" + origin + "', expected * or an origin such as https://example.org:8443, without a path");
        }
    }

    private static void whole(String option, long found, long least, long most) {
        if (found < least || found > most) {
            throw new InvalidRequestException(
                    option, "found " + found + ", expected a whole number from " + least + " to " + most);
        }
    }

    /** Loopback, no keys, no rate limit, ten minutes for an answer. */
    public static ServerOptions of(String model) {
        return new ServerOptions(
                "127.0.0.1", 0, model, List.of(), 0, 1024, 16 << 20, Duration.ofMinutes(10), true, "", List.of());
    }

    /** The same with a model that makes vectors. */
    public ServerOptions withEmbeddingModel(String value) {
        return with(value, corsOrigins);
    }

    /** The same, open to pages of other origins. */
    public ServerOptions withCorsOrigins(List<String> value) {
        return with(embeddingModel, value);
    }

    private ServerOptions with(String embedding, List<String> origins) {
        return new ServerOptions(
                host,
                port,
                model,
                keys,
                ratePerMinute,
                mostRequests,
                mostBodyBytes,
                timeout,
                accessLog,
                embedding,
                origins);
    }
}
