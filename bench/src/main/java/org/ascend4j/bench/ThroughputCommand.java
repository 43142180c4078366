package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.ascend4j.bench.chart.BarPanel;
import org.ascend4j.bench.chart.Panel;
import org.ascend4j.bench.measure.BatchRun;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.report.Figure;
import org.ascend4j.bench.report.ProgressBar;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Many requests at once: how much is done in a second. */
@Command(name = "throughput", description = "All requests at once: tokens a second, end to end and by phase.")
final class ThroughputCommand implements BenchCommand {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--num-prompts",
            paramLabel = "N",
            defaultValue = "32",
            description = "Requests that are sent at once (default: ${DEFAULT-VALUE}).")
    private int numPrompts;

    @Mixin
    private LengthOptions lengths = new LengthOptions(128, 64);

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public void run(Console console) throws Exception {
        run.check();
        UsageException.requireAtLeast("--num-prompts", numPrompts, 1);
        lengths.check();
        List<BatchRun> runs = new ArrayList<>();
        try (ProgressBar bar = ProgressBar.ofProcess();
                OpenModel open =
                        OpenModel.open(model, new ModelOptions.Needs(numPrompts, lengths.request()), run.seed(), bar)) {
            console.out().println(open.headline());
            CacheWatch cache = new CacheWatch(open);
            int all = run.warmup() + run.repeats();
            for (int i = 0; i < all; i++) {
                String label = "run " + (i + 1) + " of " + all + ", requests";
                List<int[]> prompts = Stream.generate(() -> open.requests().prompt(lengths.input()))
                        .limit(numPrompts)
                        .toList();
                cache.begin();
                BatchRun done = BatchRun.run(open.requests(), prompts, lengths.output(), ended -> {
                    cache.look();
                    bar.show(label, ended, numPrompts);
                });
                if (i >= run.warmup()) {
                    cache.end((long) numPrompts * lengths.output());
                    runs.add(done);
                }
            }
            bar.clear();
            run.output().write(report(open, runs, cache), console, ThroughputCommand::panels);
        }
    }

    private Report report(OpenModel open, List<BatchRun> runs, CacheWatch cache) {
        Map<String, Object> options = run.facts();
        options.put("num_prompts", numPrompts);
        lengths.tell(options);
        Result result = new Result(
                "throughput, " + numPrompts + " requests, " + lengths.input() + " in, " + lengths.output() + " out",
                Map.of("num_prompts", numPrompts, "input_len", lengths.input(), "output_len", lengths.output()),
                Stream.concat(figures(runs).stream(), cache.figures().stream()).toList());
        List<String> notes = runs.stream().allMatch(BatchRun::allAtOnce)
                ? List.of()
                : List.of("prefill and decode speeds are left out: the requests never all decoded at once");
        return new Report("throughput", options, open.facts(), List.of(result), notes);
    }

    /** A batch's figures; speeds of the phases only of runs in which all requests ran at once. */
    static List<Figure> figures(List<BatchRun> runs) {
        List<BatchRun> together = runs.stream().filter(BatchRun::allAtOnce).toList();
        return List.of(
                figure(
                        "generated_tokens_per_s",
                        "generated, end to end",
                        "tokens/s",
                        runs,
                        BatchRun::generatedPerSecond),
                figure("total_tokens_per_s", "prompts and generated", "tokens/s", runs, BatchRun::totalPerSecond),
                figure("requests_per_s", "requests", "1/s", runs, batch -> batch.requests() / batch.seconds()),
                figure("elapsed_s", "elapsed", "s", runs, BatchRun::seconds),
                new Figure(
                        "ttft_ms",
                        "time to first token",
                        "ms",
                        Spread.ofNanos(runs.stream().flatMapToLong(BatchRun::timeToFirstNanos))),
                figure("prefill_tokens_per_s", "prefill of all", "tokens/s", together, BatchRun::prefillPerSecond),
                figure("decode_tokens_per_s", "decode of all at once", "tokens/s", together, BatchRun::decodePerSecond),
                new Figure(
                        "decode_step_ms",
                        "decode step of all",
                        "ms",
                        Spread.ofNanos(runs.stream().flatMapToLong(batch -> Arrays.stream(batch.stepNanos())))));
    }

    private static Figure figure(
            String key, String title, String unit, List<BatchRun> runs, ToDoubleFunction<BatchRun> value) {
        return new Figure(
                key, title, unit, Spread.of(runs.stream().mapToDouble(value).toArray()));
    }

    private static List<Panel> panels(Report report) {
        Result result = report.results().get(0);
        List<BarPanel.Bar> bars = new ArrayList<>();
        for (Figure figure : result.figures()) {
            if (figure.unit().equals("tokens/s") && !figure.spread().isEmpty()) {
                bars.add(Charts.of(figure.title(), figure.spread()));
            }
        }
        return List.of(new BarPanel(result.name(), "tokens/s", bars));
    }
}
