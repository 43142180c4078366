package org.ascend4j.compat.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ascend4j.compat.PluginRelease;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;

class ReleaseMatrixTest {
    private final ReleaseMatrix matrix = ReleaseMatrix.read();

    @Test
    void holdsEveryPublishedRowAndTheFoundingOne() {
        assertThat(matrix.rows()).hasSize(46);
        assertThat(matrix.rows().stream().filter(MatrixRow::founding)).hasSize(1);
        assertThat(matrix.rows().stream().map(MatrixRow::plugin).distinct()).hasSize(45);
    }

    @Test
    void findsEveryRowByItsReleaseInAnySpelling() {
        for (MatrixRow row : matrix.rows()) {
            if (row.founding() || !row.plugin().toString().equals("0.7.1rc1")) {
                assertThat(matrix.row(row.plugin())).contains(row);
                assertThat(matrix.row(Pep440Version.parse("v" + row.plugin()))).contains(row);
            }
            assertThat(row.kind()).isIn("final", "rc", "post");
            assertThat(row.vllm()).isNotEmpty();
            assertThat(row.python().specifiers()).hasSize(2);
            assertThat(row.releaseDate()).matches("\\d{4}-\\d{2}(-\\d{2})?");
            assertThat(row.source()).isNotBlank();
        }
    }

    @Test
    void picksTheRowOfThisRelease() {
        MatrixRow row = matrix.row(PluginRelease.current()).orElseThrow();
        assertThat(row.plugin()).hasToString("0.23.0rc1");
        assertThat(row.vllm()).containsExactly(Pep440Version.parse("0.23.0"));
        assertThat(row.python()).hasToString(">=3.10,<3.13");
        assertThat(row.cann()).hasToString("9.0.1");
        assertThat(row.torch()).hasToString("2.10.0");
        assertThat(row.torchNpu()).hasToString("2.10.0.post2");
        assertThat(row.tritonAscend()).contains(Pep440Version.parse("3.2.1"));
        assertThat(row.mooncake()).contains(Pep440Version.parse("0.3.11.post1"));
        assertThat(row.releaseDate()).isEqualTo("2026-07-20");
        assertThat(row.oddities()).hasSize(1);
    }

    @Test
    void letsTheFoundingRowDecideOverItsLaterEdit() {
        MatrixRow row = matrix.row(Pep440Version.parse("0.7.1rc1")).orElseThrow();
        assertThat(row.founding()).isTrue();
        assertThat(row.vllm()).containsExactly(Pep440Version.parse("0.7.1"));
        assertThat(row.python().contains("3.9")).isTrue();
        assertThat(row.python().contains("3.12")).isTrue();
        assertThat(row.python().contains("3.13")).isFalse();
        assertThat(row.cann()).isEqualTo(CannVersion.parse("8.0.0"));
        assertThat(row.torch()).hasToString("2.5.1");
        assertThat(row.torchNpu()).hasToString("2.5.1.dev20250218");
        assertThat(row.tritonAscend()).isEmpty();
        assertThat(row.pythonPrinted()).isEqualTo("3.9 - 3.12");
    }

    @Test
    void keepsWhatIsPeculiarAboutARow() {
        MatrixRow two = matrix.row(Pep440Version.parse("0.10.1rc1")).orElseThrow();
        assertThat(two.vllm()).hasToString("[0.10.1, 0.10.1.1]");
        MatrixRow turbo = matrix.row(Pep440Version.parse("0.7.3")).orElseThrow();
        assertThat(turbo.otherRequirements()).singleElement().asString().startsWith("mindie-turbo 2.0rc1 (");
        MatrixRow local = matrix.row(Pep440Version.parse("0.18.0")).orElseThrow();
        assertThat(local.torchNpu().hasLocal()).isTrue();
    }

    @Test
    void hasNoRowForAReleaseThatNeverGotOne() {
        assertThat(matrix.row(Pep440Version.parse("0.28.0rc1"))).isEmpty();
    }

    @Test
    void knowsTheDriverThatAReleaseAsksFor() {
        DriverFloor plain = matrix.driverFloor(Pep440Version.parse("0.30.0rc1")).orElseThrow();
        assertThat(plain.floor()).isEqualTo(DriverVersion.parse("26.0.rc1"));
        assertThat(plain.advised()).isEmpty();
        DriverFloor disputed =
                matrix.driverFloor(Pep440Version.parse("0.27.1rc1")).orElseThrow();
        assertThat(disputed.floor()).isEqualTo(DriverVersion.parse("26.0.RC1"));
        assertThat(disputed.advised()).contains(DriverVersion.parse("26.1.1"));
        assertThat(matrix.driverFloor(Pep440Version.parse("0.23.0rc1"))).isEmpty();
    }

    @Test
    void readsEscapesItemsAndFurtherColumns() {
        TsvTable table = new TsvTable("t.tsv", "# remark\nname\tnotes\tnew\r\na\\tb\\\\\tone | two\\nlines\t\n\n");
        TsvTable.Row row = table.rows().get(0);
        assertThat(row.text("name")).isEqualTo("a\tb\\");
        assertThat(row.items("notes")).isEqualTo(List.of("one", "two\nlines"));
        assertThat(row.items("new")).isEmpty();
    }

    @Test
    void readsEmptyItemsAndLoneBackslashes() {
        TsvTable table = new TsvTable("t.tsv", "a\tb\tc\n | x\ty | \tend\\\n");
        TsvTable.Row row = table.rows().get(0);
        assertThat(row.items("a")).containsExactly("", "x");
        assertThat(row.items("b")).containsExactly("y", "");
        assertThat(row.text("c")).isEqualTo("end\\");
        assertThat(row.optional("c")).contains("end\\");
        assertThat(row.where()).isEqualTo("t.tsv line 2");
        assertThat(new TsvTable("t.tsv", "a\n\\\\n\n").rows().get(0).text("a")).isEqualTo("\\n");
        assertThatThrownBy(() -> row.text("d")).hasMessage("t.tsv: no column \"d\"; it has [a, b, c]");
        assertThatThrownBy(() -> TsvTable.resource("none.tsv"))
                .hasMessageContaining("none.tsv is missing from the jar");
    }

    @Test
    void keepsTheLaterEditBesideTheFoundingRow() {
        MatrixRow founding = matrix.row(Pep440Version.parse("0.7.1rc1")).orElseThrow();
        MatrixRow later = matrix.laterEdit(founding.plugin()).orElseThrow();
        assertThat(later.origin()).isEqualTo(MatrixRow.Origin.PUBLISHED);
        assertThat(founding.differencesIn(later)).containsExactly("python >=3.9,<3.12");
        assertThat(founding.differencesIn(founding)).isEmpty();
        assertThat(matrix.laterEdit(Pep440Version.parse("0.23.0"))).isEmpty();
        assertThat(matrix.laterEdit(Pep440Version.parse("9.9.9"))).isEmpty();
        MatrixRow plain = matrix.row(Pep440Version.parse("0.23.0rc1")).orElseThrow();
        assertThat(plain.differencesIn(later))
                .contains("triton_ascend none", "mooncake none", "vllm 0.7.1", "torch_npu 2.5.1.dev20250218")
                .hasSize(7);
        assertThat(plain.stack())
                .containsEntry("mooncake", "0.3.11.post1")
                .containsEntry("vllm", "0.23.0")
                .hasSize(8);
        assertThat(plain.tagDate()).contains("2026-07-19");
        assertThat(matrix.row(Pep440Version.parse("0.30.0rc1")).orElseThrow().tagDate())
                .isEmpty();
    }

    @Test
    void listsTheDecidingRowOfEachReleaseNewestFirst() {
        assertThat(matrix.decidingRows()).hasSize(45).doesNotHaveDuplicates();
        for (int i = 1; i < 45; i++) {
            assertThat(matrix.decidingRows().get(i).plugin())
                    .isLessThan(matrix.decidingRows().get(i - 1).plugin());
        }
        assertThat(matrix.decidingRows().get(44).founding()).isTrue();
    }

    @Test
    void namesTheLineThatIsMalformed() {
        assertThatThrownBy(() -> new TsvTable("t.tsv", "a\tb\n1\n")).hasMessage("t.tsv line 2: 1 cells, expected 2");
        assertThatThrownBy(() -> new TsvTable("t.tsv", "# nothing\n")).hasMessage("t.tsv: no header line");
        assertThatThrownBy(() -> new TsvTable("t.tsv", "a\ta\n")).hasMessageContaining("stands twice");
        TsvTable.Row row = new TsvTable("f.tsv", "plugin\tfloor\tadvised\tnote\n1.0\tx\t\t\n")
                .rows()
                .get(0);
        assertThatThrownBy(() -> DriverFloor.read(row)).hasMessageStartingWith("f.tsv line 2: not a driver version");
    }
}
