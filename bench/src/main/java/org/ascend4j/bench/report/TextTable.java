package org.ascend4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ascend4j.bench.measure.Spread;

/** Aligned columns for people: the first to the left, numbers to the right. */
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    public TextTable row(String... cells) {
        return row(List.of(cells));
    }

    /** A report's results one below the other: each figure with its median and range. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        for (Result result : report.results()) {
            TextTable table = new TextTable().row(result.name(), "median", "min", "max", "p90", "p99", "n", "");
            for (Figure figure : result.figures()) {
                table.row(cells(figure));
            }
            text.append(table).append('\n');
        }
        report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        return text.toString();
    }

    private static List<String> cells(Figure figure) {
        Spread spread = figure.spread();
        if (spread.isEmpty()) {
            return List.of(figure.title(), "-", "-", "-", "-", "-", "0", figure.unit());
        }
        boolean single = spread.count() == 1;
        return List.of(
                figure.title(),
                number(spread.median()),
                single ? "" : number(spread.min()),
                single ? "" : number(spread.max()),
                single ? "" : number(spread.percentile(90)),
                single ? "" : number(spread.percentile(99)),
                Integer.toString(spread.count()),
                figure.unit());
    }

    /** Four significant digits, whole numbers from 1,000 on. */
    public static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1000) {
            return Long.toString(Math.round(value));
        }
        int digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.01 ? 3 : 6;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                boolean left = i == 0 || i == columns - 1;
                line.append(left ? row.get(i) + padding : padding + row.get(i)).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
