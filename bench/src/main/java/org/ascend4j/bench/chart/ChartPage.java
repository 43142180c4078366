package org.ascend4j.bench.chart;

import java.util.List;
import java.util.Locale;

/**
 * Panels under a common heading, as one SVG document that follows the reader's choice of light or dark. Drawn here
 * because libraries for the JVM draw through AWT, with fixed colours.
 */
public final class ChartPage {
    private static final double MARGIN = 24;
    private static final double GAP = 28;
    private static final double HEADING = 42;
    private static final double LINE = 17;

    /** Colours that people with any colour vision can tell apart (after Okabe and Ito), lighter ones on dark ground. */
    private static final String STYLE = """
        <style>
        text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1f2328; }
        .heading { font-size: 17px; font-weight: 600; }
        .title { font-size: 13px; font-weight: 600; }
        .small { font-size: 11px; fill: #59636e; }
        .value { font-size: 11px; }
        .ground { fill: #ffffff; }
        .grid { stroke: #e3e6ea; }
        .axis { stroke: #8c959f; }
        .whisker { stroke: #1f2328; }
        .line { fill: none; stroke-width: 2; }
        .dashed { stroke-dasharray: 5 4; stroke-width: 1.5; }
        .band { opacity: 0.18; }
        .s0 { stroke: #0072b2; } .f0 { fill: #0072b2; }
        .s1 { stroke: #d55e00; } .f1 { fill: #d55e00; }
        .s2 { stroke: #009e73; } .f2 { fill: #009e73; }
        .s3 { stroke: #b04a86; } .f3 { fill: #b04a86; }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; }
        .small { fill: #9da7b1; }
        .ground { fill: #0d1117; }
        .grid { stroke: #262c34; }
        .axis { stroke: #6e7781; }
        .whisker { stroke: #e6edf3; }
        .band { opacity: 0.28; }
        .s0 { stroke: #56b4e9; } .f0 { fill: #56b4e9; }
        .s1 { stroke: #e69f00; } .f1 { fill: #e69f00; }
        .s2 { stroke: #2bc49a; } .f2 { fill: #2bc49a; }
        .s3 { stroke: #e59bc6; } .f3 { fill: #e59bc6; }
        }
        </style>\
        """;

    private ChartPage() {}

    /** Two panels a row. */
    public static String of(String heading, List<String> subtitle, List<Panel> panels) {
        Svg body = new Svg();
        double y = MARGIN + HEADING + LINE * subtitle.size();
        for (int i = 0; i < panels.size(); i += 2) {
            double height = panels.get(i).height();
            panels.get(i).draw(body, MARGIN, y);
            if (i + 1 < panels.size()) {
                panels.get(i + 1).draw(body, MARGIN + Panel.WIDTH + GAP, y);
                height = Math.max(height, panels.get(i + 1).height());
            }
            y += height + GAP;
        }
        double width = 2 * MARGIN + (panels.size() > 1 ? 2 * Panel.WIDTH + GAP : Panel.WIDTH);
        double height = y - GAP + MARGIN;
        Svg page = new Svg();
        page.raw(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\""
                        + " role=\"img\">",
                width,
                height,
                width,
                height));
        page.raw("<title>" + Svg.escape(heading) + "</title>").raw(STYLE).rect("ground", 0, 0, width, height);
        page.label("heading", MARGIN, MARGIN + 16, "start", heading);
        for (int i = 0; i < subtitle.size(); i++) {
            page.label("small", MARGIN, MARGIN + 36 + LINE * i, "start", subtitle.get(i));
        }
        return page.raw(body.toString().stripTrailing()).raw("</svg>").toString();
    }
}
