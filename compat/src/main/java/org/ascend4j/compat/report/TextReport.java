package org.ascend4j.compat.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.GuardOverride;
import org.ascend4j.compat.Severity;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.matrix.MatrixRow;

/** A verdict as text for an operator: what was expected, found, where, what to do, and one line that decides. */
public final class TextReport {
    private static final List<String> HEADINGS = List.of("", "Id", "Check", "Expected", "Found", "Source");
    private static final int MAX_MATCHING = 6;
    private static final String RESET = "\u001b[0m";

    private final Verdict verdict;
    private final boolean coloured;
    private final StringBuilder text = new StringBuilder();

    private TextReport(Verdict verdict, boolean coloured) {
        this.verdict = verdict;
        this.coloured = coloured;
    }

    /** The report without colours: lines ended by {@code \n}, in printable ASCII. */
    public static String of(Verdict verdict) {
        return of(verdict, false);
    }

    /** The report, the weight of each finding coloured for a terminal if asked. */
    public static String of(Verdict verdict, boolean coloured) {
        TextReport report = new TextReport(verdict, coloured);
        report.appendHead();
        report.appendFindings();
        report.appendMatching();
        report.text.append('\n').append(report.colour(report.weight(), verdict.summary()));
        return report.text.append('\n').toString();
    }

    private void appendHead() {
        text.append("Ascend4J stack check\n");
        text.append("  plugin  ").append(verdict.plugin()).append('\n');
        text.append("  row     ")
                .append(verdict.row().map(TextReport::describe).orElse("none in the matrix"))
                .append('\n');
        text.append("  mode    ").append(verdict.mode()).append('\n');
        for (GuardOverride override : verdict.overrides()) {
            text.append("  set     ")
                    .append(override.name())
                    .append('=')
                    .append(override.value())
                    .append("  ")
                    .append(override.effect())
                    .append('\n');
        }
        text.append('\n');
    }

    private static String describe(MatrixRow row) {
        return "vLLM "
                + String.join(" or ", row.vllm().stream().map(Object::toString).toList())
                + ", Python " + row.python() + ", CANN " + row.cann() + ", torch " + row.torch()
                + ", torch_npu " + row.torchNpu() + " (" + row.releaseDate() + ", " + row.source() + ")";
    }

    private void appendFindings() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADINGS);
        verdict.findings()
                .forEach(finding -> lines.add(List.of(
                        mark(finding),
                        failureId(finding),
                        finding.subject(),
                        finding.expected(),
                        finding.found(),
                        finding.source())));
        int[] widths = widths(lines);
        String indent = " ".repeat(2 + widths[0] + 2 + widths[1] + 2);
        for (int i = 0; i < lines.size(); i++) {
            Finding finding = i == 0 ? null : verdict.findings().get(i - 1);
            appendLine(lines.get(i), widths, finding);
            // What fits or does not matter needs no words, unless there is something to do about it.
            if (finding != null
                    && (finding.severity() != Severity.INFO || !finding.action().isEmpty())) {
                text.append(indent).append("Cause   ").append(finding.cause()).append('\n');
                text.append(indent).append("Action  ").append(finding.action()).append('\n');
            }
        }
    }

    /** A finding that fits has nothing to explain. */
    private static String mark(Finding finding) {
        boolean fits = finding.severity() == Severity.INFO && finding.cause().isEmpty();
        return fits ? "ok" : finding.severity().name().toLowerCase(Locale.ROOT);
    }

    /** The catalogue's name for a known failure; other findings are named by their subject. */
    private static String failureId(Finding finding) {
        return finding.id().matches("F\\d\\d") ? finding.id() : "";
    }

    private static int[] widths(List<List<String>> lines) {
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        // A list of failures that nobody has needs no column.
        if (lines.stream().skip(1).allMatch(line -> line.get(1).isEmpty())) {
            widths[1] = -2;
        }
        return widths;
    }

    private void appendLine(List<String> cells, int[] widths, Finding finding) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            if (widths[i] >= 0) {
                String padding = " ".repeat(widths[i] - cells.get(i).length());
                boolean marked = i == 0 && finding != null;
                String cell = marked ? colour(finding.severity(), cells.get(i)) : cells.get(i);
                line.append("  ").append(cell).append(padding);
            }
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private void appendMatching() {
        if (verdict.matchingReleases().isEmpty()) {
            return;
        }
        int more = verdict.matchingReleases().size() - MAX_MATCHING;
        text.append("\nThis host matches the row of ")
                .append(verdict.matchingReleases().stream()
                        .limit(MAX_MATCHING)
                        .map(Object::toString)
                        .collect(Collectors.joining(", ")))
                .append(more > 0 ? " and " + more + " more" : "")
                .append(".\n");
    }

    private Severity weight() {
        return switch (verdict.outcome()) {
            case FIT -> Severity.INFO;
            case WARN -> Severity.WARN;
            case REFUSE -> Severity.REFUSE;
        };
    }

    private String colour(Severity severity, String cell) {
        if (!coloured) {
            return cell;
        }
        return switch (severity) {
            case REFUSE -> "\u001b[1;31m" + cell + RESET;
            case DEGRADE -> "\u001b[35m" + cell + RESET;
            case WARN -> "\u001b[33m" + cell + RESET;
            case INFO -> "\u001b[32m" + cell + RESET;
        };
    }
}
