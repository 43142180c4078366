package org.ascend4j.internal.cli;

/** How far a batch is: a bar on a terminal, and a line at the end for everybody. */
final class BatchProgress {
    private final ProgressBar bar;
    private final int total;
    private int found;
    private int answered;
    private int refused;

    BatchProgress(Streams streams, int total) {
        this.bar = new ProgressBar(streams, "batch", "lines", 1);
        this.total = total;
    }

    /** A line that an earlier run has done. */
    void found() {
        found++;
        draw();
    }

    void answered() {
        answered++;
        draw();
    }

    /** A line that was wrong and has its error. */
    void refused() {
        refused++;
        draw();
    }

    private void draw() {
        bar.progress(found + answered + refused, total);
    }

    void clear() {
        bar.clear();
    }

    String summary() {
        int done = found + answered + refused;
        return done + " of " + total + (total == 1 ? " line: " : " lines: ") + answered + " answered, " + refused
                + " with an error" + (found == 0 ? "" : ", " + found + " done before");
    }
}
