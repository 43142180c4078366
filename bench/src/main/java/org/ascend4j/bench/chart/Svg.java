package org.ascend4j.bench.chart;

import java.util.Locale;

/** Collects SVG elements. Colours are classes of {@link ChartPage}'s style sheet, which knows light and dark. */
final class Svg {
    private final StringBuilder text = new StringBuilder();

    Svg raw(String element) {
        text.append(element).append('\n');
        return this;
    }

    Svg line(String style, double x1, double y1, double x2, double y2) {
        return raw(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
                style,
                x1,
                y1,
                x2,
                y2));
    }

    Svg rect(String style, double x, double y, double width, double height) {
        return raw(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                style,
                x,
                y,
                Math.max(0, width),
                Math.max(0, height)));
    }

    /** A point that tells its values where a pointer rests on it. */
    Svg dot(String style, double x, double y, String tip) {
        return raw(String.format(
                Locale.ROOT,
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s</title></circle>",
                style,
                x,
                y,
                escape(tip)));
    }

    /** @param anchor start, middle or end */
    Svg label(String style, double x, double y, String anchor, String content) {
        return raw(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                style,
                x,
                y,
                anchor,
                escape(content)));
    }

    /** @param element polyline or polygon */
    Svg points(String element, String style, double[] xs, double[] ys) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < xs.length; i++) {
            points.append(String.format(Locale.ROOT, i == 0 ? "%.1f,%.1f" : " %.1f,%.1f", xs[i], ys[i]));
        }
        return raw("<" + element + " class=\"" + style + "\" points=\"" + points + "\"/>");
    }

    static String escape(String content) {
        StringBuilder escaped = new StringBuilder();
        content.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                // XML has no way to write control characters.
                default -> escaped.appendCodePoint(character < ' ' ? ' ' : character);
            }
        });
        return escaped.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
