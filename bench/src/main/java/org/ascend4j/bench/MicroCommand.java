package org.ascend4j.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.bench.chart.BarPanel;
import org.ascend4j.bench.chart.Panel;
import org.ascend4j.bench.report.Figure;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.store.ModelStore;
import org.ascend4j.internal.store.PullListener;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Single parts, measured by JMH; every option of JMH itself is passed on. */
@Command(
        name = "micro",
        description = {
            "Single parts, measured by JMH. Arguments that are not listed here are JMH's own: regular expressions"
                    + " choose benchmarks, -l lists them, -p sets their parameters, -wi, -i, -f, -w, -r say how often and"
                    + " how long, -h shows all.",
            "Example: micro CallOverhead -f 1 -i 3"
        })
final class MicroCommand implements BenchCommand {
    /** These measure a real model's file. */
    private static final List<String> NEED_MODEL = List.of("Generation", "Tokenization");

    @Option(
            names = "--model",
            paramLabel = "M",
            description =
                    "A known name (smollm2) or a path to a .gguf file. Without one, benchmarks that need it are left"
                            + " out.")
    private String model;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Unmatched
    private List<String> jmhArguments = new ArrayList<>();

    @Override
    public void run(Console console) throws Exception {
        output.check();
        CommandLineOptions jmh = parse();
        if (jmh.shouldHelp()) {
            jmh.showHelp();
        } else if (jmh.shouldListResultFormats()) {
            jmh.listResultFormats();
        } else if (jmh.shouldListProfilers()) {
            jmh.listProfilers();
        } else if (jmh.shouldList()) {
            new Runner(jmh).list();
        } else if (jmh.shouldListWithParams()) {
            new Runner(jmh).listWithParams(jmh);
        } else {
            run(jmh, console);
        }
    }

    private CommandLineOptions parse() {
        try {
            return new CommandLineOptions(jmhArguments.toArray(String[]::new));
        } catch (CommandLineOptionException wrong) {
            throw new UsageException("micro: " + wrong.getMessage());
        }
    }

    private void run(CommandLineOptions jmh, Console console) {
        ChainedOptionsBuilder options = new OptionsBuilder().parent(jmh).shouldFailOnError(true);
        if (model != null) {
            Path file = ModelStore.ofUser().resolve(model, PullListener.NONE);
            options.param("model", file.toAbsolutePath().toString());
        } else if (!jmh.getParameter("model").hasValue()) {
            console.err().println("benchmarks: left out, since they need --model: " + String.join(", ", NEED_MODEL));
            jmh.getExcludes().forEach(options::exclude);
            NEED_MODEL.forEach(name -> options.exclude("\\." + name + "\\."));
        }
        try {
            List<RunResult> results = List.copyOf(new Runner(options.build()).run());
            Report report = report(results);
            output.write(report, MicroResult.table(report), console, MicroCommand::panels);
        } catch (NoBenchmarksException none) {
            throw new UsageException("micro: found no benchmark for " + String.join(" ", jmh.getIncludes())
                    + ", expected a regular expression that fits one of those that micro -l lists");
        } catch (RunnerException failed) {
            throw new AscendException("micro: a benchmark failed: " + reason(failed), failed);
        }
    }

    /** JMH hangs what a benchmark threw onto its own exception as a suppressed one. */
    private static String reason(Throwable failed) {
        Throwable reason = failed;
        while (reason.getSuppressed().length > 0 || reason.getCause() != null) {
            reason = reason.getSuppressed().length > 0 ? reason.getSuppressed()[0] : reason.getCause();
        }
        return reason.toString();
    }

    private Report report(List<RunResult> runs) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("jmh", jmhArguments);
        options.put("model", model);
        return new Report(
                "micro", options, Map.of(), runs.stream().map(MicroResult::of).toList(), List.of());
    }

    /** A panel for each class and unit; where there are rates, counts a second say nothing. */
    private static List<Panel> panels(Report report) {
        Map<String, List<BarPanel.Bar>> panels = new LinkedHashMap<>();
        for (Result result : report.results()) {
            String[] name = result.name().split("\\.", 2);
            for (Figure figure : result.figures()) {
                boolean score = figure.key().equals("score");
                if (!figure.spread().isEmpty() && (!score || result.figures().size() == 1)) {
                    panels.computeIfAbsent(name[0] + "\n" + figure.unit(), unseen -> new ArrayList<>())
                            .add(Charts.of(name[1], figure.spread()));
                }
            }
        }
        List<Panel> drawn = new ArrayList<>();
        panels.forEach((key, bars) -> {
            String[] title = key.split("\n", 2);
            drawn.add(new BarPanel(title[0], title[1], bars));
        });
        return drawn;
    }
}
