package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DriverVersionTest {
    @Test
    void ordersTheYearBasedSeries() {
        List<String> ascending = List.of(
                "23.0.7",
                "24.1.rc1",
                "24.1.RC2",
                "24.1.0",
                "24.1.0.3",
                "25.0.rc1",
                "25.0.rc1.1",
                "25.2.0",
                "25.3.rc1",
                "25.5.0",
                "25.5.2",
                "25.6",
                "26.0.RC1",
                "26.1.0.b061",
                "26.1.1");
        List<DriverVersion> parsed =
                ascending.stream().map(DriverVersion::parse).toList();
        for (int i = 0; i < parsed.size(); i++) {
            for (int j = 0; j < parsed.size(); j++) {
                assertThat(Integer.signum(parsed.get(i).compareTo(parsed.get(j))))
                        .as("%s against %s", ascending.get(i), ascending.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void countsABuildNumberAsTheSameRelease() {
        assertThat(DriverVersion.parse("26.1.0.b061")).isEqualTo(DriverVersion.parse("26.1.0.b083"));
        assertThat(DriverVersion.parse("26.1.0.b061")).isEqualTo(DriverVersion.parse("26.1.0"));
    }

    @Test
    void refusesWhatIsNoNumber() {
        for (String text : List.of("", "unknown", "25", "25.x", "v25.5")) {
            assertThat(DriverVersion.tryParse(text)).as(text).isEmpty();
        }
    }

    @Test
    void namesTheTextThatIsNoNumber() {
        assertThatThrownBy(() -> DriverVersion.parse("v25.5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a driver version: \"v25.5\"; expected a number such as 24.1.rc1 or 25.5.2");
    }

    @Test
    void keepsTheSpellingAndComparesTheNumber() {
        assertThat(DriverVersion.parse(" 26.1.0.b061 ")).hasToString("26.1.0.b061");
        assertThat(DriverVersion.parse("25.0.RC1"))
                .isEqualTo(DriverVersion.parse("25.0.rc1"))
                .hasSameHashCodeAs(DriverVersion.parse("25.0.rc1"))
                .isNotEqualTo(DriverVersion.parse("25.0"))
                .isNotEqualTo("25.0.RC1");
        assertThat(DriverVersion.parse("25.0.RC1").hashCode())
                .isNotEqualTo(DriverVersion.parse("25.0").hashCode());
    }
}
