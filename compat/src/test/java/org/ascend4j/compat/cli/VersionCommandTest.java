package org.ascend4j.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private String answers(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run(arguments)).as(err.toString()).isZero();
        } finally {
            System.setIn(before);
        }
        return out.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "compare 1.0rc1 1.0 | < | 0",
                "compare 1.0 v1 | = | 0",
                "compare 2.0 1.9 | > | 0",
                "compare 8.0.T13 1.0 | invalid | 1",
                "compare --scheme cann 8.2.RC1.alpha003 8.2.RC1 | < | 0",
                "--scheme cann compare 9.2.0_20260930220649 9.2.0 | = | 0",
                "compare --scheme cann 7.7.0.1.238 7.7.0.1.99 | > | 0",
                "compare --scheme cann 25.5.2 24.1.rc1 | > | 0",
                "compare --scheme cann latest 8.0 | invalid | 1",
                "match 3.12.1 >=3.9,<3.13 | true | 0",
                "match 3.13.0 >=3.9,<3.13 | false | 0",
                "match 2.0rc1 >=1.0 | true | 0",
                "match foo ===foo | invalid | 1",
                "match 1.0 =1.0 | invalid | 1",
                "normalize V1.0-RC.1 | 1.0rc1 | 0",
                "normalize --scheme cann 8.2.rc1.ALPHA003 | 8.2.RC1.alpha3 | 0",
                "normalize --scheme cann latest | invalid | 1",
                "normalize 1..0 | invalid | 1",
            })
    void answersOneQuestion(String line, String answer, int code) {
        String[] arguments = ("version " + line).split(" ");
        assertThat(run(arguments)).isEqualTo(code);
        assertThat(out.toString().strip()).isEqualTo(answer);
    }

    @Test
    void answersOneLineForEachLine() {
        assertThat(answers("1.0\t2.0\n\t1\n \t \n1\t1\t1\n1\n\n2\t1.0", "version", "compare", "--stdin"))
                .isEqualTo("<\ninvalid\ninvalid\ninvalid\ninvalid\ninvalid\n>\n");
    }

    @Test
    void takesArgumentsAsTheyStand() {
        assertThat(answers(
                        "\u00a01.0\u3000\t\n1.0\r\t==1.0\n\u0661\t==1\n1.0\t ,\n1.0\t===1.00\n",
                        "version",
                        "match",
                        "--stdin"))
                .isEqualTo("true\ntrue\ninvalid\ntrue\nfalse\n");
    }

    @Test
    void normalisesALineWithTabsInIt() {
        assertThat(answers("\t1.0-1 \n1\t0\n\n", "version", "normalize", "--stdin"))
                .isEqualTo("1.0.post1\ninvalid\ninvalid\n");
    }

    @Test
    void answersNothingForNothing() {
        assertThat(answers("", "version", "normalize", "--stdin")).isEmpty();
    }

    @Test
    void answersAHundredThousandLinesInStep() {
        String result = answers("1\t2\n".repeat(100_000), "version", "--stdin", "compare");
        assertThat(result).hasSize(200_000).startsWith("<\n<\n").endsWith("<\n");
    }

    @Test
    void keepsInStepAfterALineWithoutMeasure() {
        String line = "1".repeat(3_000_000) + "\t1\n";
        assertThat(answers(line + "1\t1\n", "version", "compare", "--stdin")).isEqualTo("invalid\n=\n");
    }

    @Test
    void refusesWrongUsage() {
        String[][] wrong = {
            {"version"},
            {"version", "compare"},
            {"version", "compare", "1"},
            {"version", "compare", "1", "2", "3"},
            {"version", "compare", "--stdin", "1", "2"},
            {"version", "match", "--scheme", "cann", "1.0", "==1.0"},
            {"version", "normalize", "--scheme", "semver", "1.0"},
            {"version", "sort"},
        };
        for (String[] arguments : wrong) {
            err.getBuffer().setLength(0);
            assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(err.toString().lines()).as(err.toString()).hasSize(1);
        }
        assertThat(out.toString()).isEmpty();
    }
}
