package org.ascend4j.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream on which nothing moves any more: the JDK's HTTP client waits for a body without end. */
final class StallGuard implements AutoCloseable {
    private final InputStream stream;
    private final long limit;
    private final Thread watcher;
    private volatile long last = System.nanoTime();
    private volatile boolean done;

    StallGuard(InputStream stream, Duration limit) {
        this.stream = stream;
        this.limit = limit.toNanos();
        watcher = new Thread(this::watch, "ascend4j-pull-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Something has come. */
    void moved() {
        last = System.nanoTime();
    }

    private void watch() {
        try {
            while (!done) {
                long left = limit - (System.nanoTime() - last);
                if (left <= 0) {
                    stream.close();
                    return;
                }
                Thread.sleep(Math.min(1000, left / 1_000_000 + 1));
            }
        } catch (IOException | InterruptedException ended) {
            // The reader has what it needs to know: its stream is closed, or it is done.
            done = true;
        }
    }

    @Override
    public void close() {
        done = true;
        watcher.interrupt();
    }
}
