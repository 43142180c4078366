package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ascend4j.bench.measure.BatchRun;
import org.ascend4j.bench.measure.LineFit;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.measure.Trace;
import org.ascend4j.bench.report.Figure;
import org.ascend4j.bench.report.ProgressBar;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;
import org.ascend4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How costs grow: one thing is varied at a time. */
@Command(
        name = "growth",
        description = "Cost of a decode step against batch and against context, and of a prompt against its length.")
final class GrowthCommand implements BenchCommand {
    /** What can be varied. */
    enum Vary {
        batch,
        prompt,
        context
    }

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--vary",
            paramLabel = "WHAT[,WHAT...]",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "batch,prompt,context",
            description = "batch, prompt, context (default: all).")
    private List<Vary> vary = new ArrayList<>();

    @Option(
            names = "--batch-sizes",
            paramLabel = "N[,N...]",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "1,8,32,128",
            description = "Sequences that decode at once (default: ${DEFAULT-VALUE}).")
    private List<Integer> batchSizes = new ArrayList<>();

    @Option(
            names = "--input-lens",
            paramLabel = "N[,N...]",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "32,128,512,1024,2048",
            description = "Tokens of a prompt (default: ${DEFAULT-VALUE}).")
    private List<Integer> inputLens = new ArrayList<>();

    @Option(
            names = "--context-lens",
            paramLabel = "N[,N...]",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "128,512,1024,2048,4096",
            description = "Tokens in the cache when a token is decoded, at the end (default: ${DEFAULT-VALUE}).")
    private List<Integer> contextLens = new ArrayList<>();

    @Option(
            names = "--input-len",
            paramLabel = "N",
            defaultValue = "32",
            description = "Tokens of each prompt while the batch is varied (default: ${DEFAULT-VALUE}).")
    private int inputLen;

    @Option(
            names = "--output-len",
            paramLabel = "N",
            defaultValue = "32",
            description = "Tokens to decode at each batch and context (default: ${DEFAULT-VALUE}).")
    private int outputLen;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public void run(Console console) throws Exception {
        run.check();
        check();
        List<Result> results = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try (ProgressBar bar = ProgressBar.ofProcess();
                OpenModel open = OpenModel.open(model, needs(), run.seed(), bar)) {
            console.out().println(open.headline());
            if (vary.contains(Vary.batch)) {
                batches(open, bar, results, notes);
            }
            if (vary.contains(Vary.prompt)) {
                prompts(open, bar, results);
            }
            if (vary.contains(Vary.context)) {
                contexts(open, bar, results, notes);
            }
            bar.clear();
            Report report = new Report("growth", options(), open.facts(), results, notes);
            run.output().write(report, console, GrowthCharts::panels);
        }
    }

    private void check() {
        UsageException.requireAtLeast("--input-len", inputLen, 1);
        UsageException.requireAtLeast("--output-len", outputLen, 2);
        batchSizes.forEach(size -> UsageException.requireAtLeast("--batch-sizes", size, 1));
        inputLens.forEach(length -> UsageException.requireAtLeast("--input-lens", length, 1));
        contextLens.forEach(length -> UsageException.requireAtLeast("--context-lens", length, outputLen + 1L));
    }

    private ModelOptions.Needs needs() {
        int batch = vary.contains(Vary.batch) ? Collections.max(batchSizes) : 1;
        int batchTokens = Math.addExact(inputLen, outputLen);
        int longest = vary.contains(Vary.batch) ? batchTokens : 2;
        if (vary.contains(Vary.prompt)) {
            longest = Math.max(longest, Math.addExact(Collections.max(inputLens), 1));
        }
        if (vary.contains(Vary.context)) {
            longest = Math.max(longest, Collections.max(contextLens));
        }
        return new ModelOptions.Needs(batch, longest, batchTokens);
    }

    private Map<String, Object> options() {
        Map<String, Object> options = run.facts();
        options.put("vary", vary.stream().map(Vary::name).toList());
        options.put("batch_sizes", batchSizes);
        options.put("input_lens", inputLens);
        options.put("context_lens", contextLens);
        options.put("input_len", inputLen);
        options.put("output_len", outputLen);
        return options;
    }

    private void batches(OpenModel open, ProgressBar bar, List<Result> results, List<String> notes) {
        for (int batch : batchSizes) {
            List<BatchRun> runs = new ArrayList<>();
            repeat(bar, "batch " + batch, counts -> {
                List<int[]> prompts = Stream.generate(() -> open.requests().prompt(inputLen))
                        .limit(batch)
                        .toList();
                BatchRun done = BatchRun.run(open.requests(), prompts, outputLen, ended -> {});
                if (counts) {
                    runs.add(done);
                }
            });
            if (!runs.stream().allMatch(BatchRun::allAtOnce)) {
                notes.add("batch " + batch + ": its sequences never all decoded at once; use a longer --output-len");
            }
            results.add(new Result(
                    "batch " + batch, Map.of("vary", "batch", "batch", batch), ThroughputCommand.figures(runs)));
        }
    }

    private void prompts(OpenModel open, ProgressBar bar, List<Result> results) {
        for (int length : inputLens) {
            List<Trace> traces = traces(open, bar, "prompt " + length, length, 1);
            double[] millis = traces.stream()
                    .mapToDouble(trace -> trace.timeToFirstNanos() / 1e6)
                    .toArray();
            results.add(new Result(
                    "prompt " + length,
                    Map.of("vary", "prompt", "input_len", length),
                    List.of(
                            new Figure("ttft_ms", "time to first token", "ms", Spread.of(millis)),
                            new Figure(
                                    "prefill_us_per_token", "prefill, a token", "µs", scaled(millis, 1e3 / length)))));
        }
    }

    private void contexts(OpenModel open, ProgressBar bar, List<Result> results, List<String> notes) {
        List<Result> points = new ArrayList<>();
        for (int length : contextLens) {
            List<Trace> traces = traces(open, bar, "context " + length, length - outputLen, outputLen);
            Spread steps = Spread.ofNanos(traces.stream().flatMapToLong(Trace::gapNanos));
            points.add(new Result(
                    "context " + length,
                    Map.of("vary", "context", "context_len", length),
                    List.of(
                            new Figure("tpot_ms", "time per output token", "ms", means(traces)),
                            new Figure("decode_step_ms", "gaps between tokens", "ms", steps))));
        }
        results.addAll(points);
        if (points.size() > 1 && contextLens.stream().distinct().count() > 1) {
            LineFit fit = GrowthCharts.fit(points);
            results.add(new Result(
                    "decode step against context",
                    Map.of("vary", "context"),
                    List.of(
                            Figure.single("slope_us_per_1000_tokens", "slope, 1,000 tokens", "µs", fit.slope() * 1e6),
                            Figure.single("intercept_ms", "without context", "ms", fit.intercept()),
                            Figure.single("r2", "share of variance explained", "", fit.r2()))));
            notes.add("a decode step takes " + TextTable.number(fit.intercept()) + " ms and "
                    + TextTable.number(fit.slope() * 1e6) + " µs for every 1,000 tokens of context");
        }
    }

    /** A run's mean: a reader that wakes up late sees a long gap and then short ones, which only their mean makes good. */
    private static Spread means(List<Trace> traces) {
        return Spread.of(traces.stream()
                .mapToDouble(trace -> trace.timePerTokenNanos() / 1e6)
                .toArray());
    }

    private List<Trace> traces(OpenModel open, ProgressBar bar, String label, int prompt, int output) {
        List<Trace> traces = new ArrayList<>();
        repeat(bar, label, counts -> {
            Trace trace = open.requests().run(open.requests().prompt(prompt), output);
            if (counts) {
                traces.add(trace);
            }
        });
        return traces;
    }

    private interface Measured {
        void run(boolean counts);
    }

    private void repeat(ProgressBar bar, String label, Measured measured) {
        int all = run.warmup() + run.repeats();
        IntStream.range(0, all).forEach(i -> {
            bar.show(label + ", run", i + 1, all);
            measured.run(i >= run.warmup());
        });
    }

    private static Spread scaled(double[] values, double factor) {
        return Spread.of(IntStream.range(0, values.length)
                .mapToDouble(i -> values[i] * factor)
                .toArray());
    }
}
