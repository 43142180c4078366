package org.ascend4j.compat.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteMatrixTest {
    private static final String WHOLE = "plugin\tvllm\tpython\tcann\ttorch\ttorch_npu\n";

    private static ReleaseMatrix with(String text) {
        return ReleaseMatrix.embedded().with(new SiteMatrix("site.tsv", text));
    }

    private static MatrixRow row(ReleaseMatrix matrix, String plugin) {
        return matrix.row(Pep440Version.parse(plugin)).orElseThrow();
    }

    @Test
    void changesTheCellsThatARowNames() {
        ReleaseMatrix matrix = with("# ours\nplugin\tcann\ttorch\nv0.23.0rc1\t9.1.0\t\n");
        MatrixRow row = row(matrix, "0.23.0rc1");
        assertThat(row.cann()).hasToString("9.1.0");
        assertThat(row.torch()).hasToString("2.10.0");
        assertThat(row.kind()).isEqualTo("rc");
        assertThat(row.origin()).isEqualTo(MatrixRow.Origin.SITE);
        assertThat(row.source()).isEqualTo("site.tsv line 3");
        assertThat(row.pythonPrinted()).isEqualTo(">= 3.10, < 3.13");
        assertThat(matrix.siteChanges())
                .extracting(SiteChange::toString)
                .containsExactly("0.23.0rc1 cann: 9.0.1 published, 9.1.0 here (site.tsv line 3)");
        assertThat(row(matrix, "0.23.0").cann()).hasToString("9.1.0");
        assertThat(matrix.decidingRows()).hasSize(45);
        assertThat(ReleaseMatrix.embedded().siteChanges()).isEmpty();
    }

    @Test
    void addsAReleaseThatNamesItsWholeStack() {
        ReleaseMatrix matrix = with(WHOLE + "0.23.0.post7\t0.23.0\t>=3.11\t9.2.0_1\t2.10.0\t2.10.0.post9\n");
        MatrixRow row = row(matrix, "0.23.0.post7");
        assertThat(row.kind()).isEqualTo("post");
        assertThat(row.python()).hasToString(">=3.11");
        assertThat(row.pythonPrinted()).isEqualTo(">=3.11");
        assertThat(row.tritonAscend()).isEmpty();
        assertThat(row.releaseDate()).isEmpty();
        assertThat(matrix.decidingRows()).hasSize(46).contains(row);
        assertThat(matrix.siteChanges())
                .extracting(SiteChange::toString)
                .containsExactly("0.23.0.post7 added (site.tsv line 2)");
        assertThat(row(with(WHOLE + "9.0.0rc1\t9.0.0\t>=3\t9.0\t2\t2\n"), "9.0.0rc1")
                        .kind())
                .isEqualTo("rc");
        assertThat(row(with(WHOLE + "9.0.0\t9.0.0\t>=3\t9.0\t2\t2\n"), "9.0.0").kind())
                .isEqualTo("final");
    }

    @Test
    void takesACellAway() {
        ReleaseMatrix matrix = with("plugin\tmooncake\ttriton_ascend\n0.23.0rc1\t-\t-\n");
        assertThat(row(matrix, "0.23.0rc1").mooncake()).isEmpty();
        assertThat(row(matrix, "0.23.0rc1").tritonAscend()).isEmpty();
        assertThat(matrix.siteChanges())
                .extracting(SiteChange::toString)
                .contains("0.23.0rc1 mooncake: 0.3.11.post1 published, none here (site.tsv line 2)");
    }

    @Test
    void decidesOverTheFoundingRow() {
        ReleaseMatrix matrix = with("plugin\tpython\n0.7.1rc1\t>=3.9,<3.12\n");
        MatrixRow row = row(matrix, "0.7.1rc1");
        assertThat(row.origin()).isEqualTo(MatrixRow.Origin.SITE);
        assertThat(row.founding()).isFalse();
        assertThat(row.pythonPrinted()).isEqualTo(">=3.9,<3.12");
        assertThat(matrix.siteChanges()).extracting(SiteChange::published).containsExactly(">=3.9,<3.13");
    }

    @Test
    void mentionsNoCellThatSaysTheSame() {
        assertThat(with("plugin\tcann\n0.23.0rc1\t9.0.1\n").siteChanges()).isEmpty();
    }

    @Test
    void namesLineAndFaultOfAMalformedFile() {
        String[][] malformed = {
            {"", "site.tsv: no header line"},
            {"plugin\tcolour\n", "site.tsv: unknown column \"colour\"; expected some of [plugin, kind, vllm,"},
            {"cann\n9.0\n", "site.tsv: no column \"plugin\"; every row must name its release"},
            {"plugin\tcann\n0.23.0rc1\n", "site.tsv line 2: 1 cells, expected 2"},
            {"plugin\tcann\nlatest\t9.0\n", "site.tsv line 2: not a PEP 440 version: \"latest\""},
            {"plugin\tcann\n0.23.0rc1\tnewest\n", "site.tsv line 2: not a CANN version: \"newest\""},
            {"plugin\tcann\n0.23.0rc1\t-\n", "site.tsv line 2: column \"cann\" cannot be none"},
            {"plugin\tcann\n0.23.0\t9.0\n\nv0.23.0\t9.1\n", "site.tsv line 4: release 0.23.0 stands twice"},
            {"plugin\tcann\n9.9.9\t9.0\n", "site.tsv line 2: release 9.9.9 is not published, so it must name [vllm,"},
            {WHOLE + "9.9.9\t9.9.9\t\t9.0\t2\t2\n", "site.tsv line 2: release 9.9.9 is not published"},
        };
        for (String[] one : malformed) {
            assertThatThrownBy(() -> with(one[0]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(one[1]);
        }
        assertThatThrownBy(() -> with(WHOLE + "9.9.9\t9.9.9\t\t9.0\t2\t2\n")).hasMessageEndingWith("python is missing");
    }

    @Test
    void readsFilesOnly(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("site.tsv");
        Files.writeString(file, "plugin\tcann\n0.23.0rc1\t9.1.0\n");
        assertThat(row(ReleaseMatrix.embedded().withSite(file), "0.23.0rc1").cann())
                .hasToString("9.1.0");
        assertThatThrownBy(() -> ReleaseMatrix.embedded().withSite(directory)).hasMessageContaining("not a file");
        Files.write(file, "plugin\n\u00ff".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ReleaseMatrix.embedded().withSite(file)).hasMessageEndingWith("not UTF-8 text");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> ReleaseMatrix.embedded().withSite(file)).hasMessageContaining("larger than 1048576");
        Files.write(file, "# x\nplugin\n".concat("#".repeat((1 << 20) - 11)).getBytes(StandardCharsets.UTF_8));
        assertThat(ReleaseMatrix.embedded().withSite(file).siteChanges()).isEqualTo(List.of());
    }
}
