package org.ascend4j.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartPageTest {
    private static final double[] X = {1, 8, 32};

    private static Document page(Panel... panels) throws Exception {
        String svg = ChartPage.of("A & B < C", List.of("machine"), List.of(panels));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    @Test
    void isWellFormedWhateverTextsSay() throws Exception {
        Document page = page(new BarPanel("\"bars\" & <more>\u0007", "ms", List.of(new BarPanel.Bar("a<b", 1, 1, 1))));

        assertThat(page.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(page.getDocumentElement().getTextContent()).contains("A & B < C", "a<b");
    }

    @Test
    void bothLightAndDarkHaveColours() {
        assertThat(ChartPage.of("h", List.of(), List.of())).contains("prefers-color-scheme: dark");
    }

    @Test
    void pointsLieWithinThePage() throws Exception {
        Series series = Series.measured(
                "s", X, new double[] {3, 900, 20_000}, new double[] {2, 800, 10_000}, new double[] {4, 950, 30_000});
        Document page = page(
                new LinePanel("t", "x", "ms", true, true, List.of(series)),
                new LinePanel("t", "x", "ms", false, false, List.of(series)));

        double width = Double.parseDouble(page.getDocumentElement().getAttribute("width"));
        double height = Double.parseDouble(page.getDocumentElement().getAttribute("height"));
        NodeList dots = page.getElementsByTagName("circle");
        assertThat(dots.getLength()).isEqualTo(6);
        for (int i = 0; i < dots.getLength(); i++) {
            Element dot = (Element) dots.item(i);
            assertThat(Double.parseDouble(dot.getAttribute("cx"))).isBetween(0.0, width);
            assertThat(Double.parseDouble(dot.getAttribute("cy"))).isBetween(0.0, height);
        }
    }

    @Test
    void linearAxesBeginAtZeroAndMarkRoundValues() {
        Axis axis = Axis.linear(new double[] {3, 47}, 0, 100);

        assertThat(axis.place(0)).isZero();
        assertThat(axis.ticks()).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0, 50.0);
        assertThat(axis.place(50)).isEqualTo(100);
    }

    @Test
    void logarithmicAxesGiveEqualRoomToEqualRatios() {
        Axis axis = Axis.log(new double[] {1, 16}, 0, 100);

        assertThat(axis.place(4)).isEqualTo(50);
        assertThat(axis.ticks()).containsExactly(1.0, 2.0, 4.0, 8.0, 16.0);
        assertThatThrownBy(() -> Axis.log(new double[] {0, 1}, 0, 1)).hasMessageContaining("above 0");
    }

    @Test
    void ticksSayNoMoreThanNeeded() {
        assertThat(Axis.text(0.5)).isEqualTo("0.5");
        assertThat(Axis.text(200)).isEqualTo("200");
        assertThat(Axis.text(20_000)).isEqualTo("20k");
    }
}
