package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ascend4j.bench.chart.BarPanel;
import org.ascend4j.bench.chart.LinePanel;
import org.ascend4j.bench.chart.Panel;
import org.ascend4j.bench.chart.Series;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.measure.Trace;
import org.ascend4j.bench.report.Figure;
import org.ascend4j.bench.report.ProgressBar;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;
import org.ascend4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** One request at a time: how long its caller waits. */
@Command(name = "latency", description = "One request at a time: time to first token, and between tokens.")
final class LatencyCommand implements BenchCommand {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private LengthOptions lengths = new LengthOptions(512, 128);

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public void run(Console console) throws Exception {
        run.check();
        lengths.check();
        List<Trace> traces = new ArrayList<>();
        try (ProgressBar bar = ProgressBar.ofProcess();
                OpenModel open = OpenModel.open(model, new ModelOptions.Needs(1, lengths.request()), run.seed(), bar)) {
            console.out().println(open.headline());
            for (int i = 0; i < run.warmup() + run.repeats(); i++) {
                bar.show("latency", i, run.warmup() + run.repeats());
                Trace trace = open.requests().run(open.requests().prompt(lengths.input()), lengths.output());
                if (i >= run.warmup()) {
                    traces.add(trace);
                }
            }
            bar.clear();
            run.output().write(report(open, traces), console, report -> panels(report, traces));
        }
    }

    private Report report(OpenModel open, List<Trace> traces) {
        Map<String, Object> options = run.facts();
        lengths.tell(options);
        Result result = new Result(
                "latency, " + lengths.input() + " in, " + lengths.output() + " out",
                Map.of("input_len", lengths.input(), "output_len", lengths.output()),
                figures(traces));
        return new Report("latency", options, open.facts(), List.of(result), List.of());
    }

    private List<Figure> figures(List<Trace> traces) {
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(
                "ttft_ms",
                "time to first token",
                "ms",
                Spread.ofNanos(traces.stream().mapToLong(Trace::timeToFirstNanos))));
        figures.add(new Figure(
                "itl_ms",
                "inter-token latency",
                "ms",
                Spread.ofNanos(traces.stream().flatMapToLong(Trace::gapNanos))));
        figures.add(new Figure(
                "e2el_ms",
                "end-to-end latency",
                "ms",
                Spread.ofNanos(traces.stream().mapToLong(Trace::wholeNanos))));
        figures.add(new Figure(
                "prefill_tokens_per_s",
                "prefill",
                "tokens/s",
                Spread.of(traces.stream()
                        .mapToDouble(trace -> lengths.input() / (trace.timeToFirstNanos() / 1e9))
                        .toArray())));
        figures.add(new Figure(
                "decode_tokens_per_s",
                "decode",
                "tokens/s",
                Spread.of(traces.stream()
                        .filter(trace -> trace.tokens() > 1)
                        .mapToDouble(trace -> 1e9 / trace.timePerTokenNanos())
                        .toArray())));
        return figures;
    }

    private static List<Panel> panels(Report report, List<Trace> traces) {
        List<BarPanel.Bar> speeds = new ArrayList<>();
        Result result = report.results().get(0);
        result.spread("prefill_tokens_per_s").ifPresent(spread -> speeds.add(Charts.of("prefill", spread)));
        result.spread("decode_tokens_per_s").ifPresent(spread -> speeds.add(Charts.of("decode", spread)));
        List<Panel> panels = new ArrayList<>();
        int gaps = traces.get(0).tokens() - 1;
        if (gaps > 0) {
            panels.add(new LinePanel(
                    "Time between tokens, median and range of " + traces.size(),
                    "generated tokens",
                    "ms",
                    false,
                    false,
                    List.of(gapSeries(traces, gaps))));
        }
        panels.add(new BarPanel(
                "Speed, first token after "
                        + TextTable.number(
                                result.spread("ttft_ms").orElseThrow().median()) + " ms",
                "tokens/s",
                speeds));
        return panels;
    }

    private static Series gapSeries(List<Trace> traces, int gaps) {
        List<Spread> spreads = IntStream.range(0, gaps)
                .mapToObj(gap -> Spread.ofNanos(traces.stream()
                        .mapToLong(
                                trace -> trace.gapNanos().skip(gap).findFirst().orElseThrow())))
                .toList();
        return Charts.line(
                "gap", IntStream.range(0, gaps).mapToDouble(gap -> gap + 2).toArray(), spreads);
    }
}
