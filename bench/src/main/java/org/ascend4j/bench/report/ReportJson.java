package org.ascend4j.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ascend4j.bench.measure.Spread;

/** A report as JSON; {@code result.schema.json} beside this class describes every field. */
public final class ReportJson {
    /** The name of the schema; a change that readers could trip over gets a new one. */
    public static final String SCHEMA = "ascend4j-bench/1";

    /** More digits than any clock can justify. */
    private static final MathContext DIGITS = new MathContext(7);

    private static final double[] PERCENTILES = {50, 90, 99};

    private ReportJson() {}

    /** The whole document, ending in a newline. */
    public static String of(Report report) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("schema", SCHEMA);
        root.put("command", report.command());
        root.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("options", report.options());
        root.put("build", Machine.build());
        root.put("machine", Machine.facts());
        root.put("model", report.model());
        root.put("results", report.results().stream().map(ReportJson::result).toList());
        root.put("notes", report.notes());
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
    }

    private static Map<String, Object> result(Result result) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", result.name());
        object.put("parameters", result.parameters());
        Map<String, Object> figures = new LinkedHashMap<>();
        result.figures().forEach(figure -> figures.put(figure.key(), figure(figure)));
        object.put("figures", figures);
        return object;
    }

    private static Map<String, Object> figure(Figure figure) {
        Spread spread = figure.spread();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("unit", figure.unit());
        object.put("count", spread.count());
        if (!spread.isEmpty()) {
            object.put("median", round(spread.median()));
            object.put("min", round(spread.min()));
            object.put("max", round(spread.max()));
            object.put("mean", round(spread.mean()));
            for (double percent : PERCENTILES) {
                object.put("p" + (int) percent, round(spread.percentile(percent)));
            }
        }
        object.put(
                "values", Arrays.stream(spread.values()).map(ReportJson::round).toArray());
        return object;
    }

    private static double round(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }
}
