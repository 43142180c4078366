package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;

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
}
