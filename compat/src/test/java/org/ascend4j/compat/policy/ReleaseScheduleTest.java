package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.version.PolicyVersion;
import org.junit.jupiter.api.Test;

class ReleaseScheduleTest {
    private final ReleaseSchedule all = ReleaseSchedule.at(AsOf.parse("2026-11-23"));

    @Test
    void listsEveryReleaseNewestFirst() {
        assertThat(all.events()).hasSize(47);
        assertThat(all.events().get(0).plugin()).contains(PolicyVersion.parse("0.30.0rc2"));
        assertThat(all.events().get(46).plugin()).contains(PolicyVersion.parse("0.7.1rc1"));
        List<LocalDate> days = all.events().stream().map(ReleaseEvent::day).toList();
        for (int i = 1; i < days.size(); i++) {
            assertThat(days.get(i)).isBeforeOrEqualTo(days.get(i - 1));
        }
        assertThat(all.released()).hasSize(47);
    }

    @Test
    void measuresTheIntervalsBetweenFinals() {
        assertThat(all.finals())
                .extracting(last -> last.release() + " " + last.date() + " "
                        + last.daysSincePrevious().orElse(-1L))
                .containsExactly(
                        "0.7.3 2025-05-08 -1",
                        "0.9.1 2025-09-03 118",
                        "0.11.0 2025-12-16 104",
                        "0.13.0 2026-02-06 52",
                        "0.18.0 2026-04-30 83",
                        "0.23.0 2026-08-16 108");
    }

    @Test
    void saysWhatIsDueThreeMonthsAfterTheLastFinal() {
        assertThat(all.due()).contains(LocalDate.of(2026, 11, 16));
        assertThat(all.outlook())
                .isEqualTo("A final is due about 2026-11-16 (7 days ago), 3 months after 0.23.0;"
                        + " the newest candidate is 0.30.0rc2");
        assertThat(ReleaseSchedule.at(AsOf.parse("2026-11-16")).outlook()).contains("(today)");
        ReleaseSchedule quiet = ReleaseSchedule.at(AsOf.parse("2025-05-10"));
        assertThat(quiet.outlook())
                .isEqualTo("A final is due about 2025-08-08 (in 90 days), 3 months after 0.7.3;"
                        + " no candidate has followed it");
        assertThat(ReleaseSchedule.at(AsOf.parse("2025-04-01")).outlook()).isEqualTo("No final yet");
    }

    @Test
    void showsTheFoundingPlanInFebruary2025() {
        ReleaseSchedule founding = ReleaseSchedule.at(AsOf.parse("2025-02-19"));
        assertThat(founding.events())
                .extracting(event -> event.date() + " " + event.event())
                .containsExactly(
                        "2025-02 first release candidate v0.7.1rc1",
                        "2025-03 second candidate, v0.7.1rc2 or v0.7.3rc1",
                        "2025-03 final for the newest vLLM 0.7.x, 0.7.1 or 0.7.3");
        assertThat(founding.events().get(0).plugin()).contains(PolicyVersion.parse("0.7.1rc1"));
        assertThat(founding.events().get(1).plugin()).isEmpty();
        assertThat(founding.finals()).isEmpty();
        assertThat(founding.due()).isEqualTo(Optional.empty());
        assertThat(founding.outlook())
                .isEqualTo("No final yet; the plan for 2025-03: final for the newest vLLM 0.7.x, 0.7.1 or 0.7.3");
        assertThat(founding.breaches()).isEmpty();
        assertThat(founding.notes()).isEmpty();
        assertThat(founding.released()).isEqualTo(Set.of(PolicyVersion.parse("0.7.1rc1")));
        assertThat(ReleaseSchedule.at(AsOf.parse("2025-02-18")).released()).isEmpty();
    }

    @Test
    void flagsTheCandidateThatCameAfterItsFinal() {
        assertThat(all.breaches()).hasSize(1);
        assertThat(all.breaches().get(PolicyVersion.parse("0.13.0rc3")))
                .containsExactly("a candidate precedes its final, and 0.13.0 is released already");
        assertThat(ReleaseSchedule.at(AsOf.parse("2026-04-23")).breaches()).isEmpty();
        assertThat(all.notes()).hasSize(11);
        assertThat(ReleaseSchedule.at(AsOf.parse("2026-04-23")).notes()).isEmpty();
    }
}
