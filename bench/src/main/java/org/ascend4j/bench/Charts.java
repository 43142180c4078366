package org.ascend4j.bench;

import java.util.List;
import org.ascend4j.bench.chart.BarPanel;
import org.ascend4j.bench.chart.Series;
import org.ascend4j.bench.measure.Spread;

/** Spreads as parts of charts. */
final class Charts {
    private Charts() {}

    static BarPanel.Bar of(String label, Spread spread) {
        return new BarPanel.Bar(label, spread.median(), spread.min(), spread.max());
    }

    /** Medians with their range. */
    static Series line(String name, double[] x, List<Spread> spreads) {
        return Series.measured(
                name,
                x,
                spreads.stream().mapToDouble(Spread::median).toArray(),
                spreads.stream().mapToDouble(Spread::min).toArray(),
                spreads.stream().mapToDouble(Spread::max).toArray());
    }

    /** One percentile of each spread. */
    static Series percentile(String name, double percent, double[] x, List<Spread> spreads) {
        return Series.of(
                name,
                x,
                spreads.stream()
                        .mapToDouble(spread -> spread.percentile(percent))
                        .toArray());
    }
}
