package org.ascend4j.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;
import org.ascend4j.bench.measure.Spread;
import org.ascend4j.bench.report.Figure;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.Result;
import org.ascend4j.bench.report.TextTable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/** JMH's results in the words of a report: every iteration is a single figure. */
final class MicroResult {
    /** Suffix of a parameter that every benchmark of a class shares and that says nothing about the figure. */
    private static final String MODEL = "model";

    private MicroResult() {}

    static Result of(RunResult run) {
        BenchmarkParams params = run.getParams();
        Map<String, Object> parameters = new LinkedHashMap<>();
        for (String key : new TreeSet<>(params.getParamsKeys())) {
            parameters.put(key, params.getParam(key));
        }
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(
                "score",
                "score",
                run.getPrimaryResult().getScoreUnit(),
                scores(run, iteration -> iteration.getPrimaryResult().getScore())));
        for (String rate : run.getSecondaryResults().keySet()) {
            // Counters come as "GB" a second and the like; profilers bring names of their own.
            boolean counter = rate.equals("GB") || rate.equals("GOP");
            figures.add(new Figure(
                    rate,
                    rate,
                    counter ? rate + "/s" : run.getSecondaryResults().get(rate).getScoreUnit(),
                    scores(
                            run,
                            iteration -> iteration.getSecondaryResults().containsKey(rate)
                                    ? iteration.getSecondaryResults().get(rate).getScore()
                                    : Double.NaN)));
        }
        return new Result(name(params.getBenchmark(), parameters), parameters, figures);
    }

    private static Spread scores(RunResult run, Function<IterationResult, Double> score) {
        return Spread.of(run.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .map(score)
                .filter(value -> Double.isFinite(value))
                .toList());
    }

    private static String name(String benchmark, Map<String, Object> parameters) {
        String[] parts = benchmark.split("\\.");
        StringBuilder name = new StringBuilder(parts[parts.length - 2] + "." + parts[parts.length - 1]);
        parameters.forEach((key, value) -> {
            if (!key.equals(MODEL)) {
                // A number alone does not say what it is.
                boolean number = value.toString().matches("\\d+");
                name.append(number ? " " + key + " " : " ").append(value);
            }
        });
        return name.toString();
    }

    /** All results in one table: the score, and what rates there are. */
    static String table(Report report) {
        TextTable table = new TextTable().row("benchmark", "median", "min", "max", "n", "unit", "rates");
        for (Result result : report.results()) {
            StringJoiner rates = new StringJoiner(", ");
            for (Figure figure : result.figures().subList(1, result.figures().size())) {
                result.spread(figure.key())
                        .ifPresent(rate -> rates.add(TextTable.number(rate.median()) + " " + figure.unit()));
            }
            Spread score = result.figures().get(0).spread();
            table.row(
                    result.name(),
                    TextTable.number(score.median()),
                    TextTable.number(score.min()),
                    TextTable.number(score.max()),
                    Integer.toString(score.count()),
                    result.figures().get(0).unit(),
                    rates.toString());
        }
        return table.toString();
    }
}
