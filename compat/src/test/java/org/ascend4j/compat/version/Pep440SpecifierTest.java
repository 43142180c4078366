package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class Pep440SpecifierTest {
    @Test
    void decidesEveryPairAsPackagingDoes() {
        SoftAssertions softly = new SoftAssertions();
        List<String[]> rows = GoldenTable.rows("specifiers.tsv.gz");
        assertThat(rows).hasSize(10_000);
        for (String[] row : rows) {
            String found = Pep440SpecifierSet.tryParse(row[0])
                    .map(set -> String.valueOf(set.contains(row[1])))
                    .orElse("invalid");
            softly.assertThat(found).as("<%s> for <%s>", row[0], row[1]).isEqualTo(row[2]);
        }
        softly.assertAll();
    }

    @Test
    void decidesParsedVersionsAsItDoesTheirNormalForm() {
        for (String[] row : GoldenTable.rows("specifiers.tsv.gz")) {
            Pep440SpecifierSet set = Pep440SpecifierSet.tryParse(row[0]).orElse(null);
            Pep440Version version = Pep440Version.tryParse(row[1]).orElse(null);
            if (set != null && version != null) {
                assertThat(set.contains(version))
                        .as("<%s> for <%s>", row[0], row[1])
                        .isEqualTo(set.contains(version.toString()));
            }
        }
    }

    @Test
    void readsTheFoundingRangeWithBothEnds() {
        Pep440SpecifierSet founding = Pep440SpecifierSet.parse(">=3.9,<3.13");
        assertThat(founding.contains("3.9")).isTrue();
        assertThat(founding.contains("3.12.11")).isTrue();
        assertThat(founding.contains("3.8.20")).isFalse();
        assertThat(founding.contains("3.13.0")).isFalse();
        assertThat(founding.contains("3.13.0rc1")).isFalse();
    }

    @Test
    void namesTheItemThatIsNoSpecifier() {
        assertThatThrownBy(() -> Pep440SpecifierSet.parse(">=3.9, 3.13"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.13")
                .hasMessageContaining("expected one of");
    }

    @Test
    void printsWhatItRead() {
        assertThat(Pep440SpecifierSet.parse(" >= 3.10 , <3.13")).hasToString(">=3.10,<3.13");
    }
}
