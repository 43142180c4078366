package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.bench.chart.LinePanel;
import org.ascend4j.bench.chart.Panel;
import org.ascend4j.bench.chart.Series;
import org.ascend4j.bench.measure.LineFit;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;

/** What {@link GrowthCommand} found, as pictures. */
final class GrowthCharts {
    private GrowthCharts() {}

    static List<Panel> panels(Report report) {
        List<Panel> panels = new ArrayList<>();
        List<Result> batches = varied(report, "batch", "decode_tokens_per_s");
        if (!batches.isEmpty()) {
            panels.add(line(
                    "Decode, all sequences together",
                    "sequences at once",
                    "tokens/s",
                    "batch",
                    "decode_tokens_per_s",
                    batches));
            panels.add(line("Decode step", "sequences at once", "ms", "batch", "decode_step_ms", batches));
        }
        List<Result> prompts = varied(report, "prompt", "prefill_us_per_token");
        if (!prompts.isEmpty()) {
            panels.add(line(
                    "Prefill, a token of the prompt",
                    "tokens of the prompt",
                    "µs",
                    "input_len",
                    "prefill_us_per_token",
                    prompts));
        }
        List<Result> contexts = varied(report, "context", "tpot_ms");
        if (!contexts.isEmpty()) {
            panels.add(contextPanel(contexts));
        }
        return panels;
    }

    private static List<Result> varied(Report report, String what, String figure) {
        return report.results().stream()
                .filter(result -> what.equals(result.parameters().get("vary"))
                        && result.spread(figure).isPresent())
                .toList();
    }

    private static LinePanel line(
            String title, String xLabel, String unit, String parameter, String figure, List<Result> points) {
        double[] x = points.stream()
                .mapToDouble(point -> (Integer) point.parameters().get(parameter))
                .toArray();
        List<Spread> spreads =
                points.stream().map(point -> point.spread(figure).orElseThrow()).toList();
        return new LinePanel(title, xLabel, unit, true, false, List.of(Charts.line(title, x, spreads)));
    }

    private static LinePanel contextPanel(List<Result> points) {
        double[] x = points.stream().mapToDouble(GrowthCharts::context).toArray();
        List<Spread> spreads = points.stream()
                .map(point -> point.spread("tpot_ms").orElseThrow())
                .toList();
        List<Series> series = new ArrayList<>();
        series.add(Series.measured(
                "median and range",
                x,
                spreads.stream().mapToDouble(Spread::median).toArray(),
                spreads.stream().mapToDouble(Spread::min).toArray(),
                spreads.stream().mapToDouble(Spread::max).toArray()));
        if (points.size() > 1) {
            LineFit fit = fit(points);
            double last = x[x.length - 1];
            series.add(Series.computed(
                    "line of least squares", new double[] {0, last}, new double[] {fit.at(0), fit.at(last)}));
        }
        return new LinePanel("Decode step, one sequence", "tokens of context", "ms", false, false, series);
    }

    /** The line through the medians, x being the mean context of the measured steps. */
    static LineFit fit(List<Result> contexts) {
        return LineFit.of(
                contexts.stream().mapToDouble(GrowthCharts::context).toArray(),
                contexts.stream()
                        .mapToDouble(
                                point -> point.spread("tpot_ms").orElseThrow().median())
                        .toArray());
    }

    private static double context(Result point) {
        return (Integer) point.parameters().get("context_len");
    }
}
