package org.ascend4j.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How far a run is, on the last line of a terminal; elsewhere nothing is drawn. Thread-safe. */
public final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;

    /** A terminal is slow, and drawing takes time from what is measured. */
    private static final long PERIOD_NANOS = 100_000_000;

    private final PrintStream err;
    private final boolean terminal;
    private long lastNanos;
    private boolean drawn;

    ProgressBar(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** On standard error, if a person looks at it. */
    public static ProgressBar ofProcess() {
        return new ProgressBar(System.err, isTerminal(2));
    }

    /** {@code System.console()} needs stdin and stdout as well, and exists without a terminal since Java 22. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Draws, unless it has just drawn; the end of a stage is always drawn. */
    public synchronized void show(String label, long done, long total) {
        long now = System.nanoTime();
        if (!terminal || total <= 0 || drawn && done < total && now - lastNanos < PERIOD_NANOS) {
            return;
        }
        lastNanos = now;
        drawn = true;
        int filled = (int) (WIDTH * Math.min(done, total) / total);
        err.print("\r" + label + " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + total
                + "\u001b[K");
        err.flush();
    }

    /** Takes the bar off the screen. */
    public synchronized void clear() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
            drawn = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
