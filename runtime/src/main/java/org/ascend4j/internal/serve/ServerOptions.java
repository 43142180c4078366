package org.ascend4j.internal.serve;

import java.time.Duration;
import java.util.List;
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
        boolean accessLog) {
    private static final int MOST_BODY_BYTES = 1 << 30;
    private static final int SHORTEST_BODY = 1024;

    public ServerOptions {
        keys = List.copyOf(keys);
        whole("port", port, 0, 65_535);
        whole("rate-limit", ratePerMinute, 0, 1_000_000);
        whole("max-concurrent-requests", mostRequests, 1, 65_536);
        whole("max-body-bytes", mostBodyBytes, SHORTEST_BODY, MOST_BODY_BYTES);
        whole("request-timeout", timeout.toSeconds(), 0, Duration.ofDays(1).toSeconds());
        for (String key : keys) {
            if (key.isBlank() || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new InvalidRequestException(
                        "api-key", "found one that is empty or not printable ASCII, expected such without spaces");
            }
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
        return new ServerOptions("127.0.0.1", 0, model, List.of(), 0, 1024, 16 << 20, Duration.ofMinutes(10), true);
    }
}
