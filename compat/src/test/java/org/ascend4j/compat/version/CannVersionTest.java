package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CannVersionTest {
    private static final List<String> ASCENDING = List.of(
            "8.0.T13",
            "8.0.RC2",
            "8.0.RC2.2",
            "8.0.RC3",
            "8.0.0",
            "8.1.RC1",
            "8.2.RC1.alpha002",
            "8.2.RC1.alpha003",
            "8.2.RC1.beta1",
            "8.2.RC1",
            "8.2.RC2",
            "8.2.RC10",
            "8.3.RC1",
            "8.3.RC2",
            "8.5.0.alpha001",
            "8.5.0-beta.1",
            "8.5.0",
            "8.5.1",
            "9.0.0-beta.2",
            "9.0.0-beta.10",
            "9.0.0",
            "9.0.1",
            "9.1.0",
            "9.2.0",
            "10.0.RC1");

    @Test
    void ordersAsTheReleasesCame() {
        for (int i = 0; i < ASCENDING.size(); i++) {
            for (int j = 0; j < ASCENDING.size(); j++) {
                CannVersion left = CannVersion.parse(ASCENDING.get(i));
                CannVersion right = CannVersion.parse(ASCENDING.get(j));
                assertThat(Integer.signum(left.compareTo(right)))
                        .as("%s against %s", left, right)
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void ignoresCaseBuildStampAndTrailingZeros() {
        assertThat(CannVersion.parse("8.1.rc1")).isEqualTo(CannVersion.parse("8.1.RC1"));
        assertThat(CannVersion.parse("9.2.0_20260930220649")).isEqualTo(CannVersion.parse("9.2.0"));
        assertThat(CannVersion.parse("9.2"))
                .isEqualTo(CannVersion.parse("9.2.0"))
                .hasSameHashCodeAs(CannVersion.parse("9.2.0"));
        assertThat(CannVersion.parse("9.2.0_20260930220649")).hasToString("9.2.0_20260930220649");
    }

    @Test
    void tellsAPackageNumberFromARelease() {
        assertThat(CannVersion.parse("7.7.0.1.238").isPackageNumber()).isTrue();
        assertThat(CannVersion.parse("8.5.0").isPackageNumber()).isFalse();
        assertThat(CannVersion.parse("8.0.RC2.2").isPackageNumber()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "8",
                "8.",
                "cann",
                "latest",
                "V100R001C21SPC001B238",
                "8.1.RC",
                "8.1.RC1-910b-ubuntu22.04",
                "9.0.0-gamma.1",
                "-8.1",
                "8..1",
                "8.1.RC1.alpha",
                "8.1\u0000",
                "99999999999999999999.1",
                "1.2.3.4.5.6.7.8.9"
            })
    void refusesWhatIsNoRelease(String text) {
        assertThat(CannVersion.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> CannVersion.parse(text)).hasMessageContaining("not a CANN version");
    }

    @Test
    void refusesAbsurdlyLongTextAtOnce() {
        assertThat(CannVersion.tryParse("1.".repeat(5_000_000) + "1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "9.2, 9.2.0",
        "9.2.0_20260930220649, 9.2.0",
        "8.0.0.0, 8.0.0",
        "10.0, 10.0.0",
        "7.7.0.1.238, 7.7.0.1.238",
        "8.1.rc1, 8.1.RC1",
        "8.1.0.RC1, 8.1.RC1",
        "8.1.2.rc1, 8.1.2.RC1",
        "8.0.t13, 8.0.T13",
        "8.0.RC2.2, 8.0.RC2.2",
        "8.2.RC1.alpha003, 8.2.RC1.alpha3",
        "8.2.RC1.BETA1, 8.2.RC1.beta1",
        "9.0.0-beta.2, 9.0.beta2",
        "8.5.0.alpha001, 8.5.alpha1",
    })
    void givesEqualSpellingsOneNormalForm(String text, String normal) {
        CannVersion version = CannVersion.parse(text);
        assertThat(version.normal()).isEqualTo(normal);
        assertThat(CannVersion.parse(normal)).isEqualTo(version).hasSameHashCodeAs(version);
        assertThat(CannVersion.parse(normal).normal()).isEqualTo(normal);
    }

    @Test
    void tellsDifferentNumbersApart() {
        for (String left : ASCENDING) {
            for (String right : ASCENDING) {
                assertThat(CannVersion.parse(left).equals(CannVersion.parse(right)))
                        .isEqualTo(left.equals(right));
                assertThat(CannVersion.parse(left).hashCode()
                                == CannVersion.parse(right).hashCode())
                        .isEqualTo(left.equals(right));
            }
        }
        assertThat(CannVersion.parse("8.5.0")).isNotEqualTo("8.5.0");
        assertThat(CannVersion.parse("7.7.0.1").isPackageNumber()).isTrue();
        assertThat(CannVersion.parse("7.7.0.1.RC1").isPackageNumber()).isFalse();
    }
}
