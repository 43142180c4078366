package org.ascend4j.bench.chart;

/** One picture of a page. */
public sealed interface Panel permits LinePanel, BarPanel {
    double WIDTH = 460;

    /** In pixels, title included. */
    double height();

    /** Draws with the upper left corner at (x, y). */
    void draw(Svg svg, double x, double y);
}
