package org.ascend4j.internal.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;
import org.ascend4j.error.AscendException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a model over HTTP as OpenAI's API does. The JDK's server reads and writes; a request has a thread of its own from
 * beginning to end. Does not close the model.
 */
public final class ApiServer implements AutoCloseable {
    /** The log of requests; its name is what a logging configuration turns it off by. */
    public static final String ACCESS_LOG = "org.ascend4j.access";

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final Logger ACCESS = LoggerFactory.getLogger(ACCESS_LOG);
    private static final int BACKLOG = 1024;
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(60);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 10;

    private final Llm llm;
    private final ServerOptions options;
    private final HttpServer http;
    private final ExecutorService threads;
    private final ConnectionWatch watch;
    private final Routes routes;
    private final Origins origins;
    private final ServerCounts counts = new ServerCounts();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();

    private ApiServer(Llm llm, Embedder embedder, ServerOptions options) throws IOException {
        this.llm = llm;
        this.options = options;
        this.http = HttpServer.create(
                new InetSocketAddress(InetAddress.getByName(options.host()), options.port()), BACKLOG);
        this.threads = RequestThreads.start(options.mostRequests());
        this.watch = new ConnectionWatch(new ConnectionTable(), port(), LONGEST_WRITE);
        this.routes = new Routes(llm, embedder, options, counts, draining::get);
        this.origins = new Origins(options.corsOrigins());
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    /** @throws AscendException if the address cannot be listened at */
    public static ApiServer start(Llm llm, ServerOptions options) {
        return start(llm, null, options);
    }

    /**
     * As {@link #start(Llm, ServerOptions)}.
     *
     * @param embedder makes vectors; null if none are to be had. Is not closed either
     */
    public static ApiServer start(Llm llm, Embedder embedder, ServerOptions options) {
        try {
            return new ApiServer(llm, embedder, options);
        } catch (IOException failed) {
            throw new AscendException(
                    "cannot listen at " + options.host() + ":" + options.port() + ": " + failed.getMessage()
                            + "; choose another --host or --port",
                    failed);
        }
    }

    /** The port that is listened at. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** Requests that are being worked on. */
    public int active() {
        return active.get();
    }

    private void handle(HttpExchange raw) {
        Exchange exchange = new Exchange(raw);
        Routes.Route route = routes.find(exchange.path());
        boolean counted = !route.always();
        int now = counted ? active.incrementAndGet() : 0;
        watch.add(exchange);
        try {
            respond(exchange, route, now);
        } catch (IOException gone) {
            LOG.debug("a client went away: {}", gone.toString());
        } catch (Throwable failed) {
            LOG.error("a request failed: {}", failed.toString(), failed);
        } finally {
            watch.remove(exchange);
            exchange.close();
            if (counted) {
                active.decrementAndGet();
            }
            counts.ended(route.name(), exchange.status());
            if (options.accessLog()) {
                ACCESS.info("{}", exchange.line(route.name()));
            }
        }
    }

    private void respond(Exchange exchange, Routes.Route route, int now) throws IOException {
        try {
            origins.allow(exchange);
            exchange.checkHeaders();
            if (origins.isPreflight(exchange)) {
                origins.answerPreflight(exchange);
                return;
            }
            if (draining.get() && !route.always()) {
                exchange.closeConnection();
                throw ApiError.draining();
            }
            if (now > options.mostRequests()) {
                throw ApiError.overloaded(
                        "more than " + options.mostRequests() + " requests at once; try again later",
                        Duration.ofSeconds(1));
            }
            routes.serve(route, exchange);
        } catch (IOException | ApiError | RuntimeException failed) {
            refuse(exchange, failed);
        }
    }

    private static void refuse(Exchange exchange, Exception failed) throws IOException {
        if (failed instanceof IOException gone) {
            throw gone;
        }
        ApiError error = ApiError.of(failed);
        if (error.internal()) {
            Throwable cause = error.getCause() == null ? failed : error.getCause();
            LOG.error("a request failed: {}", cause.toString(), cause);
        }
        if (exchange.gone() || exchange.begun()) {
            return;
        }
        if (error.retryAfter() != null) {
            exchange.retryAfter(error.retryAfter());
        }
        if (error.status() == 401) {
            exchange.askForKey();
        }
        exchange.send(error.status(), "application/json", error.toJson());
    }

    /**
     * Takes no more requests, finishes those that are in, and stops listening. Readiness tells of it first.
     *
     * @param patience what has not ended by then is broken off
     * @return whether all ended by themselves
     */
    public boolean drain(Duration patience) {
        draining.set(true);
        boolean all = llm.drain(patience);
        long end = System.nanoTime() + LAST_WORDS.toNanos();
        while (active.get() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        boolean answered = active.get() == 0;
        close();
        return all && answered;
    }

    /** Ends at once. Idempotent. */
    @Override
    public void close() {
        draining.set(true);
        watch.close();
        http.stop(0);
        threads.shutdownNow();
    }
}
