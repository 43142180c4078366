package org.ascend4j.internal.serve;

import java.util.List;
import java.util.Map;

/**
 * Which pages of other origins may use the server (the CORS protocol of the Fetch standard): none unless they are listed.
 */
final class Origins {
    private static final String ANY = "*";
    private static final Map<String, String> PREFLIGHT = Map.of(
            "Access-Control-Allow-Methods", "GET, POST",
            "Access-Control-Allow-Headers", "Authorization, Content-Type",
            "Access-Control-Max-Age", "600");

    private final List<String> allowed;

    Origins(List<String> allowed) {
        this.allowed = allowed;
    }

    /** Adds what lets a listed page read the answer. */
    void allow(Exchange exchange) {
        String origin = exchange.header("Origin");
        if (allowed.isEmpty()) {
            return;
        }
        if (allowed.contains(ANY)) {
            exchange.responseHeader("Access-Control-Allow-Origin", ANY);
            return;
        }
        exchange.responseHeader("Vary", "Origin");
        if (origin != null && allowed.contains(origin)) {
            exchange.responseHeader("Access-Control-Allow-Origin", origin);
        }
    }

    /** Whether a request only asks what would be allowed. Such carry no key. */
    boolean isPreflight(Exchange exchange) {
        return !allowed.isEmpty()
                && exchange.method().equals("OPTIONS")
                && exchange.header("Access-Control-Request-Method") != null;
    }

    void answerPreflight(Exchange exchange) throws java.io.IOException {
        PREFLIGHT.forEach(exchange::responseHeader);
        exchange.send(204, "text/plain", new byte[0]);
    }
}
