package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.report.Figure;

/** How full the KV cache was in each run, as seen whenever a request ended, and how often it was too small. */
final class CacheWatch {
    private final OpenModel model;
    private final List<Double> uses = new ArrayList<>();
    private final List<Double> preemptions = new ArrayList<>();
    private double most;
    private long before;

    CacheWatch(OpenModel model) {
        this.model = model;
    }

    /** Before a run. */
    synchronized void begin() {
        most = 0;
        before = model.cache().preemptions();
    }

    /** During a run; any thread. */
    synchronized void look() {
        most = Math.max(most, model.cache().usage());
    }

    /** After a run that counts. */
    synchronized void end() {
        uses.add(100 * most);
        preemptions.add((double) (model.cache().preemptions() - before));
    }

    List<Figure> figures() {
        return List.of(
                new Figure("kv_use_percent", "KV cache in use, most", "%", Spread.of(uses)),
                new Figure("preemptions", "preemptions", "", Spread.of(preemptions)));
    }
}
