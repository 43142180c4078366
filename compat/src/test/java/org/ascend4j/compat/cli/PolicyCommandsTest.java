package org.ascend4j.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private String run(int code, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), arguments))
                .as(String.join(" ", arguments) + "\n" + err)
                .isEqualTo(code);
        return code == 2 ? err.toString() : out.toString();
    }

    @Test
    void explainsAReleaseInWords() {
        assertThat(run(0, "explain", "v0.7.1rc1"))
                .startsWith("Release candidate 1 of 0.7.1: precedes that final, for early testers.\n")
                .contains("  tag     v0.7.1rc1\n")
                .contains("  vLLM    0.7.1\n")
                .contains("  row     vllm 0.7.1, python >=3.9,<3.13, cann 8.0.0, torch 2.5.1,")
                .contains("  note    The founding row decides; a later edit of it says python >=3.9,<3.12\n");
        assertThat(run(1, "explain", "0.23"))
                .isEqualTo("A PEP 440 version, 0.23, but no plugin release.\n"
                        + "  invalid the scheme has three numbers, major.minor.micro, and this has 2\n");
        assertThat(run(0, "explain", "0.30.0rc2")).contains("  row     none\n");
        assertThat(run(0, "explain", "0.13.0rc3")).contains("  breach  a candidate precedes its final");
    }

    @Test
    void explainsAReleaseAsJson() {
        assertThat(run(0, "explain", "0.23.0.post1", "--format", "json"))
                .startsWith("{\n  \"version\": \"0.23.0.post1\",\n  \"valid\": true,\n  \"kind\": \"post\",\n"
                        + "  \"normalized\": \"0.23.0.post1\",\n  \"tag\": \"v0.23.0.post1\",\n")
                .contains("\"vllm\": [\n    \"0.23.0\"\n  ]")
                .contains("\"torch_npu\": \"2.10.0.post4\"");
        assertThat(run(1, "explain", "", "--format", "json"))
                .contains("\"valid\": false,\n  \"kind\": null,\n  \"normalized\": null,\n  \"tag\": null,")
                .contains("\"row\": null");
    }

    @Test
    void printsScheduleOfTheDay() {
        assertThat(run(0, "schedule", "--as-of", "2026-11-23"))
                .startsWith("Releases as of 2026-11-23 (current document)\n\nDATE        RELEASE        EVENT")
                .contains("2026-08-16  v0.23.0        v0.23.0 Final release, v0.23.0     main\n")
                .contains("v0.23.0  2026-08-16  108\n")
                .contains("A final is due about 2026-11-16 (7 days ago)")
                .contains("breach: v0.13.0rc3: a candidate precedes its final");
        assertThat(run(0, "schedule", "--as-of", "2025-02"))
                .contains("(founding document)")
                .contains("2025-03  -          second candidate, v0.7.1rc2 or v0.7.3rc1")
                .doesNotContain("0.23.0");
        assertThat(run(0, "schedule", "--format", "json"))
                .contains("\"days_since_previous\": null")
                .contains("\"next_final_due\": \"2026-11-16\"");
    }

    @Test
    void printsPolicyOfTheDay() {
        assertThat(run(0, "policy"))
                .contains("\nreleases/v0.23.0           Maintained        CI against vLLM 0.23.0\n")
                .contains("\nreleases/v0.24.0rc         not in the table\n")
                .contains("\nEnd of Life (EOL)  no         no        no\n")
                .contains("\ntorch_npu builds\n  - stable: ");
        assertThat(run(0, "policy", "--as-of", "2025-02-19"))
                .contains("v0.7.1-dev  Maintained\n")
                .doesNotContain("releases/v0.23.0 ");
        assertThat(run(0, "policy", "--format", "json"))
                .contains("\"branch\": \"v0.7.1-dev\",\n      \"listed\": true,\n      \"state\": \"Unmaintained\"");
    }

    @Test
    void answersWhatMayLandOnABranch() {
        assertThat(run(0, "policy", "releases/v0.23.0", "--as-of", "2026-11-23"))
                .startsWith("releases/v0.23.0 as of 2026-11-23: the line of one vLLM release.\n"
                        + "  state      Maintained\n  bug fixes  yes\n  releases   yes\n  CI         yes\n"
                        + "  next       0.23.0.post2\n");
        assertThat(run(0, "policy", "v0.7.3-dev")).contains("  claim      Printed Maintained, but 6 minors");
        assertThat(run(0, "policy", "v0.7.1-dev"))
                .contains("state      Unmaintained\n  bug fixes  yes\n  releases   no\n  CI         no\n");
        assertThat(run(1, "policy", "releases/v0.99.0")).contains("Unknown: no such branch");
        assertThat(run(1, "policy", "x", "--format", "json"))
                .contains("\"role\": \"other\",\n  \"known\": false,\n  \"listed\": false,\n  \"state\": null");
    }

    @Test
    void printsMatrixInEveryFormat() {
        assertThat(run(0, "matrix")).contains("v0.7.1rc1      v0.7.1                3.9 - 3.12");
        String page = run(0, "matrix", "--format", "markdown");
        assertThat(page)
                .contains("| vLLM Ascend | vLLM | Python | CANN | PyTorch / torch\\_npu |")
                .contains("| v0.23.0rc1 | v0.23.0 | >= 3.10, &lt; 3.13 | 9.0.1 | 2.10.0 / 2.10.0.post2 | 3.2.1 |");
        List<String> table = page.lines().filter(line -> line.startsWith("|")).toList();
        assertThat(table).hasSize(47).allMatch(line -> line.split("(?<!\\\\)\\|").length == 10);
        assertThat(run(0, "matrix", "--format", "json"))
                .contains("\"plugin\": \"0.7.1rc1\"")
                .contains("\"origin\": \"founding\"")
                .contains("\"vllm_tag\": \"0.27.1\"");
        assertThat(run(0, "matrix", "--as-of", "2025-02", "--format", "markdown")
                        .lines()
                        .filter(line -> line.startsWith("| v")))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("| v0.7.1rc1 | v0.7.1 | 3.9 - 3.12 | 8.0.0 | 2.5.1 / 2.5.1.dev20250218 | N/A |");
    }

    @Test
    void showsASitesChangesInEveryReport() throws IOException {
        Path site = directory.resolve("site.tsv");
        Files.writeString(site, "plugin\tcann\n0.23.0rc1\t9.1.0\n");
        String change = "0.23.0rc1 cann: 9.0.1 published, 9.1.0 here (" + site + " line 2)";
        assertThat(run(0, "matrix", "--matrix", site.toString()))
                .contains("This site's own changes\n  " + change + "\n");
        assertThat(run(0, "matrix", "--matrix", site.toString(), "--format", "markdown"))
                .contains("## This site's own changes\n");
        assertThat(run(0, "matrix", "--matrix", site.toString(), "--format", "json"))
                .contains("\"published\": \"9.0.1\",\n      \"site\": \"9.1.0\"");
        assertThat(run(0, "explain", "0.23.0rc1", "--matrix", site.toString()))
                .contains("  note    This site: " + change + "\n");
        Files.writeString(site, "plugin\tcann\n0.23.0rc1\tnone\n");
        assertThat(run(2, "matrix", "--matrix", site.toString()))
                .contains("--matrix: " + site + " line 2: not a CANN version: \"none\"");
    }

    @Test
    void refusesWrongUsage() {
        String[][] wrong = {
            {"explain"},
            {"explain", "1", "2"},
            {"explain", "1", "--format", "xml"},
            {"schedule", "--as-of", "soon"},
            {"schedule", "--as-of", "2025-01"},
            {"policy", "main", "more"},
            {"matrix", "--matrix", directory.toString()},
        };
        for (String[] arguments : wrong) {
            assertThat(run(2, arguments).lines())
                    .as(String.join(" ", arguments))
                    .hasSize(1);
            assertThat(out.toString()).isEmpty();
        }
    }
}
