package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Pep440SpecifierTest {
    @Test
    void decidesEveryPairAsPackagingDoes() {
        List<String> wrong = new ArrayList<>();
        List<String[]> rows = GoldenTable.rows("specifiers.tsv.gz");
        assertThat(rows).hasSize(10_000);
        for (String[] row : rows) {
            String found = Pep440SpecifierSet.tryParse(row[0])
                    .map(set -> String.valueOf(set.contains(row[1])))
                    .orElse("invalid");
            GoldenTable.note(wrong, row[0] + " for " + row[1], found, row[2]);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void decidesParsedVersionsAsItDoesTheirNormalForm() {
        List<String> wrong = new ArrayList<>();
        for (String[] row : GoldenTable.rows("specifiers.tsv.gz")) {
            Pep440SpecifierSet set = Pep440SpecifierSet.tryParse(row[0]).orElse(null);
            Pep440Version version = Pep440Version.tryParse(row[1]).orElse(null);
            if (set != null && version != null) {
                String expected = String.valueOf(set.contains(version.toString()));
                GoldenTable.note(wrong, row[0] + " for " + row[1], String.valueOf(set.contains(version)), expected);
            }
        }
        assertThat(wrong).isEmpty();
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

    @Test
    void countsEqualSpellingsAsOneSpecifier() {
        Pep440SpecifierSet set = Pep440SpecifierSet.parse(">=3.10,<3.13");
        assertThat(set)
                .isEqualTo(Pep440SpecifierSet.parse(" >= 3.10, < 3.13 "))
                .hasSameHashCodeAs(Pep440SpecifierSet.parse(">= 3.10,,<3.13"))
                .isNotEqualTo(Pep440SpecifierSet.parse(">=3.10"))
                .isNotEqualTo(">=3.10,<3.13");
        assertThat(set.hashCode())
                .isNotEqualTo(Pep440SpecifierSet.parse(">=3.10").hashCode());
        assertThat(set.specifiers()).containsExactly(Pep440Specifier.parse(">=3.10"), Pep440Specifier.parse("<3.13"));
        assertThat(Pep440Specifier.parse("<3.13"))
                .isNotEqualTo(Pep440Specifier.parse("<=3.13"))
                .isNotEqualTo("<3.13");
        assertThat(Pep440Specifier.parse("<3.13").hashCode())
                .isNotEqualTo(Pep440Specifier.parse("<3.14").hashCode());
    }

    @Test
    void meetsBoundsExactly() {
        assertThat(Pep440Specifier.parse("~=1.4").contains("2.dev0")).isFalse();
        assertThat(Pep440Specifier.parse("~=1.4").contains("1.99")).isTrue();
        assertThat(Pep440Specifier.parse("==1.4.*").contains("1.5.dev0")).isFalse();
        assertThat(Pep440Specifier.parse("==1.4.*").contains("1.4.dev0")).isTrue();
        assertThat(Pep440Specifier.parse(">1.4.post1").contains("1.4.post2.dev0"))
                .isTrue();
        assertThat(Pep440Specifier.parse(">1.4.dev1").contains("1.4.dev2")).isTrue();
        assertThat(Pep440Specifier.parse("<1.4").contains("1.4.dev0")).isFalse();
    }
}
