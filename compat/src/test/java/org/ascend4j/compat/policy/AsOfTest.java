package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class AsOfTest {
    @Test
    void takesTheFoundingTablesUntilTheNextRelease() {
        assertThat(AsOf.parse("2025-02-01").founding()).isTrue();
        assertThat(AsOf.parse("2025-02").founding()).isTrue();
        assertThat(AsOf.parse("2025-02").date()).isEqualTo(LocalDate.of(2025, 2, 28));
        assertThat(AsOf.parse("2025-03-13").document()).isEqualTo("founding");
        assertThat(AsOf.parse("2025-03-14").document()).isEqualTo("current");
    }

    @Test
    void takesTheCurrentTablesToday() {
        AsOf today = AsOf.today();
        assertThat(today.founding()).isFalse();
        assertThat(today.complete()).isTrue();
        assertThat(AsOf.parse("2026-10-12").complete()).isFalse();
        assertThat(AsOf.parse("2026-10-13").complete()).isTrue();
    }

    @Test
    void includesWhatHasHappened() {
        AsOf day = AsOf.parse("2026-04-30");
        assertThat(day.includes("2026-04-30")).isTrue();
        assertThat(day.includes("2026-05-01")).isFalse();
        assertThat(day.includes("2026-04")).isTrue();
        assertThat(day.includes("")).isTrue();
    }

    @Test
    void refusesWhatIsNoDayOfThePolicy() {
        for (String text : new String[] {"", "yesterday", "2025-13", "2025-02-30", "2025", "20250219"}) {
            assertThatThrownBy(() -> AsOf.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a date: \"" + text + "\"; expected YYYY-MM-DD or YYYY-MM");
        }
        assertThatThrownBy(() -> AsOf.parse("2025-01-31")).hasMessageStartingWith("the policy begins in 2025-02, so");
    }
}
