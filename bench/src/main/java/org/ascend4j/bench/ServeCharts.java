package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ascend4j.bench.chart.BarPanel;
import org.ascend4j.bench.chart.LinePanel;
import org.ascend4j.bench.chart.Panel;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;

/** What {@link ServeCommand} found, as pictures: over the rate if there were several, else percentiles. */
final class ServeCharts {
    private ServeCharts() {}

    static List<Panel> panels(Report report) {
        List<Result> finite = report.results().stream()
                .filter(result -> result.parameters().get("request_rate") instanceof Double)
                .sorted((a, b) -> Double.compare(rate(a), rate(b)))
                .toList();
        if (finite.size() < 2) {
            return report.results().stream().flatMap(ServeCharts::bars).toList();
        }
        boolean free = Map.of().equals(report.options().get("goodput_ms"));
        double[] rates = finite.stream().mapToDouble(ServeCharts::rate).toArray();
        return List.of(
                percentiles("Time to first token", "ttft_ms", true, rates, finite),
                percentiles("Inter-token latency", "itl_ms", false, rates, finite),
                new LinePanel(
                        "Requests answered" + (free ? "" : ", and those within the objectives"),
                        "requests a second that arrive",
                        "requests/s",
                        false,
                        false,
                        free
                                ? List.of(Charts.line("answered", rates, spreads("requests_per_s", finite)))
                                : List.of(
                                        Charts.line("answered", rates, spreads("requests_per_s", finite)),
                                        Charts.line("good", rates, spreads("goodput_per_s", finite)))));
    }

    private static double rate(Result result) {
        return (Double) result.parameters().get("request_rate");
    }

    private static List<Spread> spreads(String key, List<Result> results) {
        return results.stream().map(result -> result.spread(key).orElseThrow()).toList();
    }

    private static Panel percentiles(String title, String key, boolean log, double[] rates, List<Result> results) {
        if (results.stream().anyMatch(result -> result.spread(key).isEmpty())) {
            return new BarPanel(title, "ms", List.of());
        }
        List<Spread> spreads = spreads(key, results);
        return new LinePanel(
                title,
                "requests a second that arrive",
                "ms",
                false,
                log,
                List.of(
                        Charts.percentile("p50", 50, rates, spreads),
                        Charts.percentile("p90", 90, rates, spreads),
                        Charts.percentile("p99", 99, rates, spreads)));
    }

    /** One rate alone: its percentiles. */
    private static Stream<Panel> bars(Result result) {
        return Stream.of("ttft_ms", "itl_ms")
                .flatMap(key -> result.spread(key).stream().map(spread -> {
                    List<BarPanel.Bar> bars = new ArrayList<>();
                    for (double percent : new double[] {50, 90, 99}) {
                        double value = spread.percentile(percent);
                        bars.add(new BarPanel.Bar("p" + (int) percent, value, value, value));
                    }
                    String title = key.equals("ttft_ms") ? "Time to first token" : "Inter-token latency";
                    return (Panel) new BarPanel(title + ", " + result.name(), "ms", bars);
                }));
    }
}
