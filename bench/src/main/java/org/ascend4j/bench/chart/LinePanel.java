package org.ascend4j.bench.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.ascend4j.bench.report.TextTable;

/**
 * Lines over a common x.
 *
 * @param unit of y
 * @param logX whether x is drawn logarithmically; needs values above 0
 * @param logY the same for y
 */
public record LinePanel(String title, String xLabel, String unit, boolean logX, boolean logY, List<Series> series)
        implements Panel {
    private static final double HEIGHT = 300;
    private static final double LEFT = 52;
    private static final double RIGHT = 14;
    private static final double TOP = 62;
    private static final double BOTTOM = 42;

    /** Beyond this points hide the line. */
    private static final int MOST_DOTS = 40;

    public LinePanel {
        series = List.copyOf(series);
    }

    @Override
    public double height() {
        return HEIGHT;
    }

    @Override
    public void draw(Svg svg, double x, double y) {
        Axis across = axis(logX, xs(), x + LEFT, x + WIDTH - RIGHT);
        Axis up = axis(logY, ys(), y + HEIGHT - BOTTOM, y + TOP);
        svg.label("title", x, y + 16, "start", title);
        svg.label("small", x, y + 54, "start", unit);
        legend(svg, x, y + 36);
        grid(svg, across, up, x, y);
        for (int i = 0; i < series.size(); i++) {
            band(svg, series.get(i), i, across, up);
        }
        for (int i = 0; i < series.size(); i++) {
            line(svg, series.get(i), i, across, up);
        }
    }

    private static Axis axis(boolean log, double[] values, double start, double end) {
        return log ? Axis.log(values, start, end) : Axis.linear(values, start, end);
    }

    private double[] xs() {
        return series.stream().flatMapToDouble(each -> Arrays.stream(each.x())).toArray();
    }

    private double[] ys() {
        return series.stream()
                .flatMapToDouble(each -> DoubleStream.concat(
                        Arrays.stream(each.y()),
                        each.low() == null
                                ? DoubleStream.empty()
                                : DoubleStream.concat(Arrays.stream(each.low()), Arrays.stream(each.high()))))
                .toArray();
    }

    private void legend(Svg svg, double x, double y) {
        double at = x;
        for (int i = 0; i < series.size() && series.size() > 1; i++) {
            String name = series.get(i).name();
            svg.line("line s" + i + (series.get(i).dashed() ? " dashed" : ""), at, y - 4, at + 18, y - 4);
            svg.label("small", at + 23, y, "start", name);
            at += 23 + 6.3 * name.length() + 16;
        }
    }

    private void grid(Svg svg, Axis across, Axis up, double x, double y) {
        for (double tick : up.ticks()) {
            svg.line("grid", x + LEFT, up.place(tick), x + WIDTH - RIGHT, up.place(tick));
            svg.label("small", x + LEFT - 6, up.place(tick) + 4, "end", Axis.text(tick));
        }
        double floor = y + HEIGHT - BOTTOM;
        svg.line("axis", x + LEFT, floor, x + WIDTH - RIGHT, floor);
        for (double tick : across.ticks()) {
            svg.line("axis", across.place(tick), floor, across.place(tick), floor + 4);
            svg.label("small", across.place(tick), floor + 17, "middle", Axis.text(tick));
        }
        svg.label("small", x + LEFT + (WIDTH - LEFT - RIGHT) / 2, floor + 35, "middle", xLabel);
    }

    private static void band(Svg svg, Series series, int color, Axis across, Axis up) {
        if (series.low() == null) {
            return;
        }
        int n = series.x().length;
        double[] xs = new double[2 * n];
        double[] ys = new double[2 * n];
        for (int i = 0; i < n; i++) {
            xs[i] = xs[2 * n - 1 - i] = across.place(series.x()[i]);
            ys[i] = up.place(series.low()[i]);
            ys[2 * n - 1 - i] = up.place(series.high()[i]);
        }
        svg.points("polygon", "band f" + color, xs, ys);
    }

    private void line(Svg svg, Series series, int color, Axis across, Axis up) {
        List<double[]> dots = new ArrayList<>();
        for (int i = 0; i < series.x().length; i++) {
            dots.add(new double[] {across.place(series.x()[i]), up.place(series.y()[i])});
        }
        svg.points(
                "polyline",
                "line s" + color + (series.dashed() ? " dashed" : ""),
                dots.stream().mapToDouble(dot -> dot[0]).toArray(),
                dots.stream().mapToDouble(dot -> dot[1]).toArray());
        for (int i = 0; i < dots.size() && dots.size() <= MOST_DOTS && !series.dashed(); i++) {
            String tip = series.name() + ": " + TextTable.number(series.y()[i]) + " " + unit + " at "
                    + TextTable.number(series.x()[i]);
            svg.dot("f" + color, dots.get(i)[0], dots.get(i)[1], tip);
        }
    }
}
