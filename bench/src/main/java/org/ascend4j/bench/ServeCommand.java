package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ascend4j.bench.measure.Arrivals;
import org.ascend4j.bench.measure.BatchRun;
import org.ascend4j.bench.measure.OpenLoop;
import org.ascend4j.bench.measure.OpenLoop.Objectives;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.measure.Trace;
import org.ascend4j.bench.report.Figure;
import org.ascend4j.bench.report.ProgressBar;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;
import org.ascend4j.bench.report.TextTable;
import org.ascend4j.error.AscendException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Requests that arrive when they like: what each of them waits, and how much the model keeps up with. */
@Command(
        name = "serve",
        description = {
            "An open loop: requests arrive at random at a given mean rate, and never wait for earlier answers.",
            "Times count from when a request was due."
        })
final class ServeCommand implements BenchCommand {
    private static final String SWEEP = "sweep";

    /** Shares of the rate that the model keeps up with: below, at, and beyond it. */
    private static final double[] SWEEP_SHARES = {0.25, 0.5, 0.7, 0.85, 1.0, 1.2};

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--request-rate",
            paramLabel = "R[,R...]",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "inf",
            description =
                    "Mean requests a second; several are run one after the other, inf lets all arrive at once, and"
                            + " sweep tries shares of the rate that the model keeps up with (default: ${DEFAULT-VALUE}).")
    private List<String> requestRates = new ArrayList<>();

    @Option(
            names = "--num-prompts",
            paramLabel = "N",
            defaultValue = "64",
            description = "Requests at each rate (default: ${DEFAULT-VALUE}).")
    private int numPrompts;

    @Mixin
    private LengthOptions lengths = new LengthOptions(128, 64);

    @Option(
            names = "--goodput",
            paramLabel = "ttft|tpot|e2el=MS",
            description = "What a request must keep to count as good; may be repeated.")
    private Map<String, Double> goodput = new LinkedHashMap<>();

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public void run(Console console) throws Exception {
        run.check();
        UsageException.requireAtLeast("--num-prompts", numPrompts, 1);
        lengths.check();
        Objectives objectives = objectives();
        boolean sweep = requestRates.equals(List.of(SWEEP));
        List<Double> rates = sweep
                ? List.of()
                : requestRates.stream().map(ServeCommand::rate).toList();
        List<Result> results = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try (ProgressBar bar = ProgressBar.ofProcess();
                OpenModel open =
                        OpenModel.open(model, new ModelOptions.Needs(numPrompts, lengths.request()), run.seed(), bar)) {
            console.out().println(open.headline());
            for (int i = 0; i < run.warmup(); i++) {
                BatchRun.run(open.requests(), prompts(open, Math.min(numPrompts, 8)), lengths.output(), ended -> {});
            }
            for (double rate : sweep ? sweep(open, bar, objectives, results, notes) : rates) {
                results.add(measure(open, bar, rate, objectives, notes));
            }
            bar.clear();
            Report report = new Report("serve", options(), open.facts(), results, notes);
            run.output().write(report, console, ServeCharts::panels);
        }
    }

    private static double rate(String text) {
        double rate = text.equals("inf") ? Double.POSITIVE_INFINITY : number(text);
        if (!(rate > 0)) {
            throw new UsageException(
                    "--request-rate: found " + text + ", expected numbers above 0, inf, or sweep alone");
        }
        return rate;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private Objectives objectives() {
        for (Map.Entry<String, Double> each : goodput.entrySet()) {
            if (!List.of("ttft", "tpot", "e2el").contains(each.getKey()) || !(each.getValue() > 0)) {
                throw new UsageException("--goodput: found " + each.getKey() + "=" + each.getValue()
                        + ", expected ttft, tpot or e2el and milliseconds above 0");
            }
        }
        double none = Double.POSITIVE_INFINITY;
        return new Objectives(
                goodput.getOrDefault("ttft", none),
                goodput.getOrDefault("tpot", none),
                goodput.getOrDefault("e2el", none));
    }

    private Map<String, Object> options() {
        Map<String, Object> options = run.facts();
        options.put("request_rate", String.join(",", requestRates));
        options.put("num_prompts", numPrompts);
        lengths.tell(options);
        options.put("goodput_ms", new LinkedHashMap<>(goodput));
        return options;
    }

    private List<int[]> prompts(OpenModel open, int count) {
        return Stream.generate(() -> open.requests().prompt(lengths.input()))
                .limit(count)
                .toList();
    }

    /** Finds the rate that the model keeps up with by sending all at once, and names shares of it. */
    private List<Double> sweep(
            OpenModel open, ProgressBar bar, Objectives objectives, List<Result> results, List<String> notes) {
        Result atOnce = measure(open, bar, Double.POSITIVE_INFINITY, objectives, notes);
        results.add(atOnce);
        double most = atOnce.spread("requests_per_s").orElseThrow().median();
        List<Double> rates = new ArrayList<>();
        for (double share : SWEEP_SHARES) {
            rates.add(Math.round(most * share * 1000) / 1000.0);
        }
        return rates;
    }

    private Result measure(OpenModel open, ProgressBar bar, double rate, Objectives objectives, List<String> notes) {
        String label =
                (Double.isInfinite(rate) ? "all at once" : TextTable.number(rate) + " requests/s") + ", requests";
        List<OpenLoop> loops = new ArrayList<>();
        for (int i = 0; i < run.repeats(); i++) {
            long[] arrivals = Arrivals.poisson(numPrompts, rate, run.seed() + i);
            OpenLoop loop = OpenLoop.run(
                    open.requests(),
                    arrivals,
                    prompts(open, numPrompts),
                    lengths.output(),
                    ended -> bar.show(label, ended, numPrompts));
            if (loop.finished().isEmpty()) {
                throw new AscendException("no request was answered; the first failed with: "
                        + loop.failures().get(0));
            }
            loops.add(loop);
        }
        List<String> failures =
                loops.stream().flatMap(loop -> loop.failures().stream()).toList();
        if (!failures.isEmpty()) {
            notes.add(label + ": " + failures.size() + " failed, the first with: " + failures.get(0));
        }
        return new Result("serve, " + label.replace(", requests", ""), parameters(rate), figures(loops, objectives));
    }

    /** JSON has no infinity. */
    private static Map<String, Object> parameters(double rate) {
        return Map.of("request_rate", Double.isInfinite(rate) ? "inf" : rate);
    }

    private static List<Figure> figures(List<OpenLoop> loops, Objectives objectives) {
        List<Trace> traces =
                loops.stream().flatMap(loop -> loop.finished().stream()).toList();
        List<Figure> figures = new ArrayList<>();
        figures.add(millis("ttft_ms", "time to first token", traces.stream().map(Trace::timeToFirstNanos)));
        figures.add(millis(
                "itl_ms",
                "inter-token latency",
                traces.stream().flatMap(trace -> trace.gapNanos().boxed())));
        figures.add(new Figure(
                "tpot_ms",
                "time per output token",
                "ms",
                Spread.of(traces.stream()
                        .filter(trace -> trace.tokens() > 1)
                        .mapToDouble(trace -> trace.timePerTokenNanos() / 1e6)
                        .toArray())));
        figures.add(millis("e2el_ms", "end-to-end latency", traces.stream().map(Trace::wholeNanos)));
        figures.add(each(
                "requests_per_s", "requests answered", "1/s", loops.stream().map(OpenLoop::requestsPerSecond)));
        figures.add(each("goodput_per_s", "goodput", "1/s", loops.stream().map(loop -> loop.goodput(objectives))));
        figures.add(each(
                "generated_tokens_per_s",
                "generated",
                "tokens/s",
                loops.stream().map(OpenLoop::generatedPerSecond)));
        figures.add(each("failed", "requests failed", "", loops.stream().map(loop ->
                (double) loop.failures().size())));
        figures.add(millis(
                "client_late_ms", "client's own delay, most", loops.stream().map(OpenLoop::latestNanos)));
        return figures;
    }

    private static Figure millis(String key, String title, Stream<Long> nanos) {
        return new Figure(key, title, "ms", Spread.ofNanos(nanos.mapToLong(Long::longValue)));
    }

    private static Figure each(String key, String title, String unit, Stream<Double> values) {
        return new Figure(key, title, unit, Spread.of(values.toList()));
    }
}
