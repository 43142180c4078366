package org.ascend4j.bench.chart;

import java.util.List;
import org.ascend4j.bench.report.TextTable;

/** Bars of one unit from 0 on, with a whisker from the least to the greatest figure. */
public record BarPanel(String title, String unit, List<Bar> bars) implements Panel {
    private static final double TOP = 34;
    private static final double ROW = 26;
    private static final double LABEL = 218;
    private static final double VALUE = 60;

    /** One bar; {@code low} and {@code high} equal {@code value} where there is one figure only. */
    public record Bar(String label, double value, double low, double high) {}

    public BarPanel {
        bars = List.copyOf(bars);
    }

    @Override
    public double height() {
        return TOP + ROW * bars.size() + 12;
    }

    @Override
    public void draw(Svg svg, double x, double y) {
        svg.label("title", x, y + 16, "start", title + ", " + unit);
        double greatest = bars.stream().mapToDouble(Bar::high).max().orElse(1);
        double scale = (WIDTH - LABEL - VALUE) / (greatest > 0 ? greatest : 1);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double top = y + TOP + i * ROW;
            double middle = top + ROW / 2;
            double from = x + LABEL;
            svg.label("small", from - 8, middle + 4, "end", bar.label());
            svg.rect("f0", from, top + 5, bar.value() * scale, ROW - 10);
            if (bar.high() > bar.low()) {
                svg.line("whisker", from + bar.low() * scale, middle, from + bar.high() * scale, middle);
                svg.line("whisker", from + bar.low() * scale, middle - 4, from + bar.low() * scale, middle + 4);
                svg.line("whisker", from + bar.high() * scale, middle - 4, from + bar.high() * scale, middle + 4);
            }
            svg.label("value", from + bar.high() * scale + 6, middle + 4, "start", TextTable.number(bar.value()));
        }
        svg.line("axis", x + LABEL, y + TOP, x + LABEL, y + TOP + ROW * bars.size());
    }
}
