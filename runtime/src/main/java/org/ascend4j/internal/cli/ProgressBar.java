package org.ascend4j.internal.cli;

import java.util.Locale;
import org.ascend4j.internal.store.PullListener;

/** How far loading, pulling or a batch is, on one line of a terminal; a stream that is none gets the stages of a pull only. */
final class ProgressBar implements PullListener {
    private static final int WIDTH = 30;
    private static final double MEGABYTE = 1e6;

    /** A terminal is slow: ten pictures a second are enough. */
    private static final long PERIOD_NANOS = 100_000_000;

    private final Streams streams;
    private final String unit;
    private final double scale;
    private String label;
    private boolean drawn;
    private long lastNanos;

    /** A bar that counts bytes. */
    ProgressBar(Streams streams, String label) {
        this(streams, label, "MB", MEGABYTE);
    }

    /** A bar that counts {@code scale} as one {@code unit}. */
    ProgressBar(Streams streams, String label, String unit, double scale) {
        this.streams = streams;
        this.label = label;
        this.unit = unit;
        this.scale = scale;
    }

    @Override
    public void stage(String what) {
        clear();
        label = what;
        lastNanos = 0;
        if (!streams.errIsTerminal()) {
            streams.note("ascend4j: " + what);
        }
    }

    @Override
    public synchronized void progress(long done, long total) {
        long now = System.nanoTime();
        if (!streams.errIsTerminal() || total <= 0 || (drawn && done < total && now - lastNanos < PERIOD_NANOS)) {
            return;
        }
        lastNanos = now;
        drawn = true;
        int filled = (int) (WIDTH * Math.min(done, total) / total);
        streams.err()
                .print(String.format(
                        Locale.ROOT,
                        scale == 1 ? "\r%s [%s%s] %.0f of %.0f %s\u001b[K" : "\r%s [%s%s] %.1f of %.1f %s\u001b[K",
                        label,
                        "#".repeat(filled),
                        ".".repeat(WIDTH - filled),
                        done / scale,
                        total / scale,
                        unit));
        streams.err().flush();
    }

    @Override
    public void output(String text) {
        clear();
        streams.note(text.stripTrailing());
    }

    /** Takes the bar off the screen. */
    synchronized void clear() {
        if (drawn) {
            streams.err().print("\r\u001b[K");
            streams.err().flush();
            drawn = false;
        }
    }
}
