package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ascend4j.compat.matrix.MatrixRow;

/** A verdict as text for an operator: what was expected, found, where, what to do, and one line that decides. */
public final class TextReport {
    private static final List<String> HEADINGS = List.of("", "Check", "Expected", "Found", "Source");

    private TextReport() {}

    /** The report, lines ended by {@code \n}, in printable ASCII. */
    public static String of(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        text.append("Ascend4J stack check\n");
        text.append("  plugin  ").append(verdict.plugin()).append('\n');
        text.append("  row     ").append(row(verdict)).append('\n');
        text.append("  mode    ").append(verdict.mode()).append("\n\n");
        appendFindings(text, verdict.findings());
        return text.append('\n').append(verdict.summary()).append('\n').toString();
    }

    private static String row(Verdict verdict) {
        return verdict.row().map(TextReport::describe).orElse("none in the matrix");
    }

    private static String describe(MatrixRow row) {
        return "vLLM "
                + String.join(" or ", row.vllm().stream().map(Object::toString).toList())
                + ", Python " + row.python() + ", CANN " + row.cann() + ", torch " + row.torch()
                + ", torch_npu " + row.torchNpu() + " (" + row.releaseDate() + ", " + row.source() + ")";
    }

    private static void appendFindings(StringBuilder text, List<Finding> findings) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADINGS);
        findings.forEach(finding -> lines.add(
                List.of(mark(finding), finding.subject(), finding.expected(), finding.found(), finding.source())));
        int[] widths = widths(lines);
        String indent = " ".repeat(2 + widths[0] + 2);
        for (int i = 0; i < lines.size(); i++) {
            appendLine(text, lines.get(i), widths);
            Finding finding = i == 0 ? null : findings.get(i - 1);
            if (finding != null && finding.severity() != Severity.INFO) {
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

    private static int[] widths(List<List<String>> lines) {
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return widths;
    }

    private static void appendLine(StringBuilder text, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append("  ")
                    .append(cells.get(i))
                    .append(" ".repeat(widths[i] - cells.get(i).length()));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
