package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Pep440VersionTest {
    private static final int NEIGHBOURS = 15;
    private static final List<String[]> SORTED = GoldenTable.rows("versions.tsv");

    @Test
    void ordersNeighboursAsPackagingDoes() {
        List<Pep440Version> versions =
                SORTED.stream().map(row -> Pep440Version.parse(row[1])).toList();
        assertThat(versions).hasSize(1500);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            // Distant ones differ early; those nearby differ in the parts that are hard to get right.
            for (int j = Math.max(0, i - NEIGHBOURS); j < Math.min(versions.size(), i + NEIGHBOURS); j++) {
                int expected = Integer.compare(rank(i), rank(j));
                int found = Integer.signum(versions.get(i).compareTo(versions.get(j)));
                GoldenTable.note(wrong, SORTED.get(i)[1] + " against " + SORTED.get(j)[1], "" + found, "" + expected);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static int rank(int row) {
        return Integer.parseInt(SORTED.get(row)[0]);
    }

    @Test
    void givesEqualVersionsOneHash() {
        for (int i = 1; i < SORTED.size(); i++) {
            Pep440Version left = Pep440Version.parse(SORTED.get(i - 1)[1]);
            Pep440Version right = Pep440Version.parse(SORTED.get(i)[1]);
            assertThat(left.equals(right)).isEqualTo(rank(i - 1) == rank(i));
            if (left.equals(right)) {
                assertThat(left).hasSameHashCodeAs(right);
            }
        }
    }

    @Test
    void comparesTenThousandPairsAsPackagingDoes() {
        List<String[]> rows = GoldenTable.rows("pairs.tsv.gz");
        assertThat(rows).hasSize(10_000);
        List<String> wrong = new ArrayList<>();
        for (String[] row : rows) {
            GoldenTable.note(wrong, row[0] + " against " + row[1], sign(row[0], row[1]), row[2]);
        }
        assertThat(wrong).isEmpty();
    }

    private static String sign(String left, String right) {
        Pep440Version l = Pep440Version.tryParse(left).orElse(null);
        Pep440Version r = Pep440Version.tryParse(right).orElse(null);
        if (l == null || r == null) {
            return "invalid";
        }
        return List.of("<", "=", ">").get(1 + Integer.signum(l.compareTo(r)));
    }

    @Test
    void normalisesAsPackagingDoes() {
        List<String> wrong = new ArrayList<>();
        for (String[] row : SORTED) {
            GoldenTable.note(wrong, row[1], Pep440Version.parse(row[1]).toString(), row[2]);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void tellsValidSpellingsFromInvalidOnesAsPackagingDoes() {
        List<String> wrong = new ArrayList<>();
        List<String[]> rows = GoldenTable.rows("spellings.tsv");
        assertThat(rows).hasSizeGreaterThan(3000);
        for (String[] row : rows) {
            String found =
                    Pep440Version.tryParse(row[0]).map(Pep440Version::toString).orElse("invalid");
            GoldenTable.note(wrong, row[0], found, row[1]);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void namesTheTextThatIsNoVersion() {
        assertThatThrownBy(() -> Pep440Version.parse("8.0.T13\u001b[31m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"8.0.T13?[31m\"")
                .hasMessageContaining("expected");
    }

    @Test
    void spreadsHashesAndReadsToTheLimit() {
        long hashes = SORTED.stream()
                .map(row -> Pep440Version.parse(row[1]).hashCode())
                .distinct()
                .count();
        long versions = SORTED.stream().map(row -> row[0]).distinct().count();
        // Some must meet by chance.
        assertThat(hashes).isBetween(versions * 9 / 10, versions);
        assertThat(Pep440Version.parse("0.0")).hasSameHashCodeAs(Pep440Version.parse("0"));
        assertThat(Pep440Version.tryParse("1".repeat(8192))).isPresent();
        assertThat(Pep440Version.tryParse("1".repeat(8193))).isEmpty();
        assertThat(Pep440Version.parse("1.0+Z9")).hasToString("1.0+z9");
    }

    @Test
    void refusesAbsurdlyLongTextAtOnce() {
        assertThat(Pep440Version.tryParse("1".repeat(10_000_000))).isEmpty();
        assertThat(Pep440Version.tryParse("1." + "1.".repeat(5000) + "x")).isEmpty();
    }

    @Test
    void dropsOnlyTheLocalPartForThePublicVersion() {
        assertThat(Pep440Version.parse("2.9.0.post1+git4c901a4").publicPart()).hasToString("2.9.0.post1");
        assertThat(Pep440Version.parse("2.5.1.dev20250218").publicPart()).hasToString("2.5.1.dev20250218");
    }

    @Test
    void knowsWhatKindAVersionIs() {
        assertThat(Pep440Version.parse("0.23.0rc1").isPrerelease()).isTrue();
        assertThat(Pep440Version.parse("2.5.1.dev20250218").isPrerelease()).isTrue();
        assertThat(Pep440Version.parse("2.5.1.dev20250218").isDevelopment()).isTrue();
        assertThat(Pep440Version.parse("0.23.0.post1").isPostrelease()).isTrue();
        assertThat(Pep440Version.parse("0.23.0.post1").isPrerelease()).isFalse();
        assertThat(Pep440Version.parse("0.23.0").isPostrelease()).isFalse();
    }
}
