package org.ascend4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ascend4j.bench.chart.ChartPage;
import org.ascend4j.bench.chart.Panel;
import org.ascend4j.bench.report.Machine;
import org.ascend4j.bench.report.Report;
import org.ascend4j.bench.report.ReportJson;
import org.ascend4j.bench.report.TextTable;
import picocli.CommandLine.Option;

/** Where a report goes: always to standard output as text, and on request to files. */
final class OutputOptions {
    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write all single figures and the machine's facts (result.schema.json describes them).")
    private Path json;

    @Option(names = "--chart", paramLabel = "FILE.svg", description = "Draw the figures.")
    private Path chart;

    /** Finds out before a long run whether its results could be written. */
    void check() {
        requireDirectory("--json", json);
        requireDirectory("--chart", chart);
    }

    private static void requireDirectory(String option, Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(option + ": found " + file + ", expected a file in a folder that exists");
        }
    }

    void write(Report report, Console console, Function<Report, List<Panel>> panels) {
        write(report, TextTable.of(report), console, panels);
    }

    /** @param text the report for people */
    void write(Report report, String text, Console console, Function<Report, List<Panel>> panels) {
        console.out().print(text);
        console.out().flush();
        write(json, ReportJson.of(report), console);
        if (chart != null) {
            write(chart, ChartPage.of("Ascend4J " + report.command(), subtitle(report), panels.apply(report)), console);
        }
    }

    private static List<String> subtitle(Report report) {
        Map<String, Object> machine = Machine.facts();
        String about = machine.get("cpu") + ", " + machine.get("cores") + " cores, Java "
                + Runtime.version().feature() + ", Ascend4J " + Machine.build().get("version");
        Object name = report.model().get("name");
        return name == null
                ? List.of(about)
                : List.of(
                        name + ", " + report.model().get("precision") + ", "
                                + report.model().get("threads") + " threads",
                        about);
    }

    private static void write(Path file, String content, Console console) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, content, StandardCharsets.UTF_8);
            console.err().println("benchmarks: wrote " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
