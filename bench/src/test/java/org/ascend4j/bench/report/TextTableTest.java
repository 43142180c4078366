package org.ascend4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ascend4j.bench.measure.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0.00123; 0.001230", "0.5; 0.500", "8.7761; 8.776", "42; 42", "129.38; 129.4", "34713.2; 34,713"})
    void numbersHaveAboutFourDigits(double value, String expected) {
        assertThat(TextTable.number(value)).isEqualTo(expected);
    }

    @Test
    void columnsAreAligned() {
        Figure many = new Figure("a", "time", "ms", Spread.of(1, 2, 3));
        Figure none = new Figure("b", "nothing", "ms", Spread.of());
        Report report = new Report(
                "latency",
                Map.of(),
                Map.of(),
                List.of(new Result("r", Map.of(), List.of(many, none))),
                List.of("mind"));

        assertThat(TextTable.of(report)).isEqualTo("""
            r        median  min  max    p90    p99  n
            time          2    1    3  2.800  2.980  3  ms
            nothing       -    -    -      -      -  0  ms

            note: mind
            """);
    }

    @Test
    void aBarIsDrawnForATerminalOnly() {
        assertThat(drawn(false)).isEmpty();
        assertThat(drawn(true))
                .contains("load [###############...............] 1/2")
                .endsWith("\r\u001b[K");
    }

    private static String drawn(boolean terminal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ProgressBar bar = new ProgressBar(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal)) {
            bar.show("load", 1, 2);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
