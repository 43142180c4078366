package org.ascend4j.internal.serve;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after requests while they wait for their answers: the JDK's server tells nobody that a client has gone, so the
 * kernel's table of connections is asked a few times a second, for all requests at once, and a write that a client does not
 * take for too long is broken off. The kernel walks its whole table for that, some milliseconds on a large host, so it is
 * asked only while there is a request that writes nothing: a stream that is written to finds out by itself. One thread,
 * idle while there is no request.
 */
final class ConnectionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatch.class);
    private static final long PERIOD_MILLIS = 150;

    /** Tokens of a stream come faster as a rule. */
    private static final long QUIET_NANOS = 400_000_000;

    private final ConnectionTable table;
    private final int port;
    private final long longestWriteNanos;
    private final Set<Exchange> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::run, "ascend4j-serve-watch");
    private boolean closed;
    private boolean blind;

    /**
     * @param port that the server listens at by now
     * @param longestWrite what a client may take for one write
     */
    ConnectionWatch(ConnectionTable table, int port, Duration longestWrite) {
        this.table = table;
        this.port = port;
        this.longestWriteNanos = longestWrite.toNanos();
        thread.setDaemon(true);
        thread.start();
    }

    void add(Exchange exchange) {
        boolean first = watched.isEmpty();
        watched.add(exchange);
        if (first) {
            wake();
        }
    }

    void remove(Exchange exchange) {
        watched.remove(exchange);
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized boolean pause() throws InterruptedException {
        while (!closed && watched.isEmpty()) {
            wait();
        }
        if (!closed) {
            wait(PERIOD_MILLIS);
        }
        return !closed;
    }

    private void run() {
        try {
            if (!table.listens(port)) {
                blind("the kernel's table of connections does not have port " + port);
            }
        } catch (IOException | RuntimeException unreadable) {
            blind(unreadable.getMessage());
        }
        try {
            while (pause()) {
                look();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long now = System.nanoTime();
        for (Exchange exchange : watched) {
            exchange.breakLongWrite(now, longestWriteNanos);
        }
        if (blind || watched.stream().noneMatch(exchange -> exchange.quiet(now, QUIET_NANOS))) {
            return;
        }
        try {
            Set<Connection> there = table.established(port);
            for (Exchange exchange : watched) {
                exchange.seen(there.contains(exchange.connection()));
            }
        } catch (IOException | RuntimeException unreadable) {
            blind(unreadable.getMessage());
        }
    }

    private void blind(String reason) {
        blind = true;
        LOG.warn("clients that go away are noticed only when they are written to: {}", reason);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }
}
