package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.junit.jupiter.api.Test;

class MatrixViewTest {
    private static MatrixView view(String day) {
        return new MatrixView(ReleaseMatrix.embedded(), AsOf.parse(day));
    }

    @Test
    void showsEveryReleaseOnceToday() {
        MatrixView today = view("2026-11-23");
        assertThat(today.rows()).hasSize(45);
        assertThat(today.rows().get(0).plugin()).hasToString("0.30.0rc1");
        assertThat(today.releasesWithoutRow())
                .hasSize(4)
                .allMatch(line -> line.matches("0\\.\\d+\\.\\drc\\d \\(2026-\\d\\d-\\d\\d\\): .+"));
        assertThat(today.mainRow().orElseThrow())
                .containsEntry("vllm_tag", "0.27.1")
                .containsEntry("cann", "9.1.0");
        assertThat(today.siteChanges()).isEmpty();
    }

    @Test
    void showsTheFoundingRowAloneInFebruary2025() {
        MatrixView founding = view("2025-02-19");
        assertThat(founding.rows()).singleElement().satisfies(row -> {
            assertThat(row.plugin()).hasToString("0.7.1rc1");
            assertThat(row.pythonPrinted()).isEqualTo("3.9 - 3.12");
        });
        assertThat(founding.notes(founding.rows().get(0))).isEmpty();
        assertThat(founding.releasesWithoutRow()).isEmpty();
        assertThat(founding.mainRow()).isEmpty();
    }

    @Test
    void showsWhatWasOutOnADayBetween() {
        MatrixView between = view("2025-05-08");
        assertThat(between.rows())
                .extracting(row -> row.plugin().toString())
                .containsExactly("0.8.5rc1", "0.8.4rc2", "0.8.4rc1", "0.7.3", "0.7.3rc2", "0.7.3rc1", "0.7.1rc1");
        assertThat(view("2026-08-19").releasesWithoutRow()).hasSize(1);
    }

    @Test
    void keepsTheLaterEditAsANote() {
        MatrixView today = view("2026-11-23");
        MatrixRow founding = today.rows().get(44);
        assertThat(today.notes(founding))
                .containsExactly("The founding row decides; a later edit of it says python >=3.9,<3.12");
    }

    @Test
    void quotesRulesByTopic() {
        Map<String, List<String>> founding = PolicyRules.shown(AsOf.parse("2025-02"));
        assertThat(founding.keySet())
                .containsExactly(
                        "Versions",
                        "Branches",
                        "Feature branches",
                        "torch_npu builds",
                        "Compatibility",
                        "Documentation");
        Map<String, List<String>> today = PolicyRules.shown(AsOf.parse("2026-11-23"));
        assertThat(today).containsAllEntriesOf(founding).hasSize(10);
        assertThat(today.values()).allSatisfy(rules -> assertThat(rules).isNotEmpty());
        assertThat(today.get("Numbers that differ from vLLM's")).hasSize(4).contains("0.14.0rc1 runs vLLM 0.14.1");
        assertThatThrownBy(() -> PolicyRules.of("nothing")).hasMessage("no rules about nothing");
    }
}
