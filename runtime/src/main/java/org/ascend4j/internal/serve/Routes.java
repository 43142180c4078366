package org.ascend4j.internal.serve;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.ascend4j.Llm;
import org.ascend4j.internal.openai.RequestKind;

/** Which path does what. Thread-safe. */
final class Routes {
    private static final String JSON = "application/json";
    private static final String JSON_UTF8 = "application/json;charset=utf-8";
    private static final String MODELS = "/v1/models";
    private static final String MODEL = MODELS + "/";
    private static final Route UNKNOWN = new Route("unknown", "GET", false, false, null);

    /** Answers a request that has been let in. */
    private interface Action {
        void run(Exchange exchange) throws IOException, ApiError;
    }

    /** Makes an answer of a body. */
    private interface Answer {
        byte[] of(byte[] body);
    }

    /**
     * @param name the path, for logs and figures
     * @param method the only one
     * @param always whether it works without a key, beyond all limits and while the server drains
     * @param costs whether a rate limit counts it
     */
    record Route(String name, String method, boolean always, boolean costs, Action action) {}

    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final ServerOptions options;
    private final Keys keys;
    private final ServedModels models;

    /** @param draining whether the server is about to end */
    Routes(Llm llm, ServerOptions options, ServerCounts counts, BooleanSupplier draining) {
        this.options = options;
        this.keys = new Keys(options.keys(), options.ratePerMinute());
        Generation generation = new Generation(llm, options);
        for (RequestKind kind : RequestKind.values()) {
            post(kind.path(), exchange -> generation.answer(exchange, kind, body(exchange)));
        }
        TokenRequests tokens = new TokenRequests(llm);
        reply("/tokenize", tokens::tokenize);
        reply("/detokenize", tokens::detokenize);
        models = new ServedModels(llm, options.model());
        get(MODELS, false, exchange -> exchange.send(200, JSON, models.list()));
        get(MODEL + options.model(), false, exchange -> exchange.send(200, JSON, models.one(options.model())));
        HealthReport health = new HealthReport(llm, draining);
        get("/health/live", true, exchange -> exchange.send(health.live() ? 200 : 503, JSON, health.toJson()));
        get("/health/ready", true, exchange -> exchange.send(health.ready() ? 200 : 503, JSON, health.toJson()));
        PrometheusText metrics = new PrometheusText(llm, options.model(), counts);
        get("/metrics", true, exchange -> exchange.send(200, PrometheusText.TYPE, metrics.render()));
    }

    private void get(String path, boolean always, Action action) {
        routes.put(path, new Route(path, "GET", always, false, action));
    }

    private void post(String path, Action action) {
        routes.put(path, new Route(path, "POST", false, true, action));
    }

    private void reply(String path, Answer answer) {
        post(path, exchange -> exchange.send(200, JSON, answer.of(body(exchange))));
    }

    /** Never null. */
    Route find(String path) {
        Route known = routes.get(path);
        return known == null && path.startsWith(MODEL) ? adapter(path.substring(MODEL.length())) : orUnknown(known);
    }

    private static Route orUnknown(Route route) {
        return route == null ? UNKNOWN : route;
    }

    /** Adapters come and go, so they have no entry of their own. */
    private Route adapter(String name) {
        return models.isAdapter(name)
                ? new Route(
                        MODEL + "{adapter}",
                        "GET",
                        false,
                        false,
                        exchange -> exchange.send(200, JSON, models.one(name)))
                : UNKNOWN;
    }

    void serve(Route route, Exchange exchange) throws IOException, ApiError {
        if (!route.always()) {
            keys.check(exchange.header("Authorization"));
        }
        if (route == UNKNOWN) {
            throw ApiError.request(404, "not_found", null, "no such path; see /v1/models, /v1/chat/completions");
        }
        if (!route.method().equals(exchange.method())) {
            exchange.allow(route.method());
            throw ApiError.request(405, "method_not_allowed", null, "expected " + route.method());
        }
        if (route.costs()) {
            keys.admit(exchange.header("Authorization"), System.nanoTime());
        }
        route.action().run(exchange);
    }

    private byte[] body(Exchange exchange) throws IOException, ApiError {
        String type = exchange.header("Content-Type");
        String plain = type == null ? "nothing" : type.toLowerCase(Locale.ROOT).replace(" ", "");
        if (!plain.equals(JSON) && !plain.equals(JSON_UTF8)) {
            throw ApiError.request(
                    415, "unsupported_media_type", null, "expected the header Content-Type: " + JSON + ", in UTF-8");
        }
        return exchange.body(options.mostBodyBytes());
    }
}
