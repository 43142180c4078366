package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.LlmStats;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.report.Figure;

/** How full the KV cache was in each run, as seen whenever a request ended, and how often it was too small. */
final class CacheWatch {
    private static final int PATIENCE_MILLIS = 2000;

    private final OpenModel model;
    private final List<Double> uses = new ArrayList<>();
    private final List<Double> preemptions = new ArrayList<>();
    private double most;
    private LlmStats before;

    CacheWatch(OpenModel model) {
        this.model = model;
    }

    /** Before a run. */
    synchronized void begin() {
        most = 0;
        before = model.stats();
    }

    /** During a run; any thread. */
    synchronized void look() {
        most = Math.max(most, model.stats().cache().usage());
    }

    /**
     * After a run that counts.
     *
     * @param generated tokens of the run: the figures are new enough once they have them all
     */
    synchronized void end(long generated) throws InterruptedException {
        LlmStats after = model.stats();
        for (int i = 0;
                i < PATIENCE_MILLIS
                        && after.tokens().generated() < before.tokens().generated() + generated;
                i++) {
            Thread.sleep(1);
            after = model.stats();
        }
        uses.add(100 * most);
        preemptions.add((double) (after.cache().preemptions() - before.cache().preemptions()));
    }

    List<Figure> figures() {
        return List.of(
                new Figure("kv_use_percent", "KV cache in use, most", "%", Spread.of(uses)),
                new Figure("preemptions", "preemptions", "", Spread.of(preemptions)));
    }
}
