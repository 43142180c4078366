package org.ascend4j.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ascend4j.bench.measure.Spread;

/**
 * What came of one set of parameters.
 *
 * @param name unique in its report
 * @param parameters what was varied or is needed to read the figures: numbers and texts
 */
public record Result(String name, Map<String, Object> parameters, List<Figure> figures) {
    public Result {
        parameters = new TreeMap<>(parameters);
        figures = List.copyOf(figures);
    }

    /** The spread of a figure that has any values. */
    public Optional<Spread> spread(String key) {
        return figures.stream()
                .filter(figure -> figure.key().equals(key) && !figure.spread().isEmpty())
                .map(Figure::spread)
                .findFirst();
    }
}
