package org.ascend4j.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ascend4j.compat.probe.StackTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class CheckCommandTest {
    private static final String PACKAGES = "/usr/local/python3.11/lib/python3.11/site-packages";

    @TempDir
    private Path directory;

    private StringWriter out;
    private StringWriter err;

    @BeforeEach
    void buildAHostThatFits() {
        tree().visible("26.1.1")
                .newCann("9.0.1")
                .python("3.11")
                .installed("3.11", "torch", "2.10.0")
                .installed("3.11", "torch_npu", "2.10.0.post2")
                .installed("3.11", "vllm", "0.23.0");
    }

    private StackTree tree() {
        return new StackTree(directory);
    }

    private int run(String... more) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> arguments =
                new ArrayList<>(List.of("check", "--root", directory.toString(), "--plugin-version", "0.23.0rc1"));
        arguments.addAll(List.of(more));
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    }

    private JsonNode json(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--format", "json"));
        run(arguments.toArray(String[]::new));
        assertThat(err.toString()).isEmpty();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(SchemaCheck.problems(
                        report,
                        new ObjectMapper()
                                .readTree(Path.of("..", "docs", "compat-report.schema.json")
                                        .toFile())))
                .isEmpty();
        return report;
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(node -> node.path(field).asText())
                .toList();
    }

    @Test
    void writesJsonWithExactlyThePublishedKeys() throws IOException {
        JsonNode report = json();
        assertThat(report.fieldNames())
                .toIterable()
                .containsExactly(
                        "plugin_version",
                        "row",
                        "verdict",
                        "mode",
                        "findings",
                        "matching_releases",
                        "overrides",
                        "facts");
        assertThat(report.path("plugin_version").asText()).isEqualTo("0.23.0rc1");
        assertThat(report.path("verdict").asText()).isEqualTo("fit");
        assertThat(report.path("matching_releases").get(0).asText()).isEqualTo("0.23.0rc1");
        assertThat(report.path("overrides")).isEmpty();
        assertThat(texts(report.path("facts"), "subject")).contains("CANN", "torch_npu", "device node");
    }

    @Test
    void describesAReleaseWithoutARow() throws IOException {
        run("--plugin-version", "0.28.0rc1");
        assertThat(err.toString()).contains("should be specified only once");
        out = new StringWriter();
        assertThat(Main.run(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        "check",
                        "--root",
                        directory.toString(),
                        "--plugin-version",
                        "0.28.0rc1",
                        "--format",
                        "json"))
                .isZero();
        assertThat(new ObjectMapper().readTree(out.toString()).path("row").isNull())
                .isTrue();
    }

    @Test
    void endsWithOneForWarningsOnlyIfAsked() {
        tree().delete(PACKAGES + "/vllm-0.23.0.dist-info").installed("3.11", "vllm", "0.24.0");
        assertThat(run()).isZero();
        assertThat(run("--fail-on", "warn")).isEqualTo(1);
        assertThat(run("--require", "vllm")).isEqualTo(3);
        assertThat(run("--require", "vllm", "--mode", "warn")).isZero();
        assertThat(run("--require", "vllm", "--mode", "warn", "--fail-on", "warn"))
                .isEqualTo(1);
        tree().delete(PACKAGES + "/vllm-0.24.0.dist-info").installed("3.11", "vllm", "0.23.0");
        assertThat(run("--fail-on", "warn")).isZero();
    }

    @Test
    void refusesWhatIsRequiredAndMissing() throws IOException {
        assertThat(run("--require", "torch_npu,Python,torch")).isZero();
        assertThat(run("--require", "triton-ascend")).isEqualTo(3);
        tree().delete(PACKAGES + "/torch_npu-2.10.0.post2.dist-info");
        assertThat(run()).isZero();
        assertThat(run("--require", "torch-npu")).isEqualTo(3);
        tree().delete("/usr/local/python3.11");
        assertThat(run()).isZero();
        JsonNode report = json("--require", "torch_npu,python");
        assertThat(texts(report.path("findings"), "id")).contains("python.version", "torch-npu.version");
        assertThat(report.path("verdict").asText()).isEqualTo("refuse");
        tree().delete("/usr/local").delete("/etc").delete("/dev");
        assertThat(run("--require", "torch_npu")).as("without an NPU too").isEqualTo(3);
    }

    @Test
    void showsEveryOverride() throws IOException {
        tree().delete(PACKAGES + "/vllm-0.23.0.dist-info").installed("3.11", "vllm", "0.23.1.dev5+g1234567");
        assertThat(json().path("verdict").asText()).isEqualTo("warn");
        JsonNode report = json("--env", "VLLM_VERSION=0.23.0", "--env", "ASCEND4J_GUARD=enforce", "--mode", "warn");
        assertThat(report.path("verdict").asText()).isEqualTo("fit");
        assertThat(report.path("mode").asText()).isEqualTo("enforce");
        assertThat(texts(report.path("overrides"), "name")).containsExactly("mode", "ASCEND4J_GUARD", "VLLM_VERSION");
        assertThat(texts(report.path("overrides"), "effect").get(0)).isEqualTo("None: a stricter source sets enforce.");
    }

    @Test
    void showsRowsOfASitesOwn() throws IOException {
        Path site = Files.writeString(directory.resolve("site.tsv"), "plugin\tcann\n0.23.0rc1\t9.1.0\n");
        assertThat(run("--matrix", site.toString())).isEqualTo(3);
        JsonNode report = json("--matrix", site.toString());
        assertThat(report.path("row").path("cann").asText()).isEqualTo("9.1.0");
        assertThat(texts(report.path("overrides"), "effect").get(0)).contains("9.0.1 published, 9.1.0 here");
        assertThat(run("--matrix", directory.resolve("none").toString())).isEqualTo(2);
    }

    @Test
    void writesJUnitCasesThatFailAsTheCommandDoes() throws Exception {
        tree().delete(PACKAGES + "/torch_npu-2.10.0.post2.dist-info").installed("3.11", "torch_npu", "2.9.0");
        assertThat(run("--format", "junit")).isEqualTo(3);
        Element suite = (Element) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(out.toString())))
                .getElementsByTagName("testsuite")
                .item(0);
        assertThat(suite.getElementsByTagName("failure").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("failures")))
                .isEqualTo(2);
        assertThat(suite.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("tests")));
        run("--format", "junit", "--mode", "warn");
        assertThat(out.toString()).contains("failures=\"0\"").contains("<system-out>refuse: ");
    }

    @Test
    void answersWrongUsageWithTwoAndNothingOnStandardOutput() {
        for (String[] wrong : new String[][] {
            {"--format", "yaml"},
            {"--fail-on", "info"},
            {"--require", "numba"},
            {"--env", "=x"},
            {"--env", "x"},
            {"--probe-python"},
        }) {
            assertThat(run(wrong)).as(String.join(" ", wrong)).isEqualTo(2);
            assertThat(out.toString()).isEmpty();
            assertThat(err.toString().lines()).hasSize(1);
        }
    }

    @Test
    void takesVariablesOfATreeAsTheyStand() {
        tree().file("/opt/a b/lib64/libascendcl.so", "").file("/opt/a b/runtime/version.info", "Version=8.5.0\n");
        assertThat(run("--env", "ASCEND_HOME_PATH=/opt/a b")).isEqualTo(3);
        assertThat(out.toString()).contains("8.5.0").contains("/opt/a b/runtime/version.info");
        assertThat(run("--env", "ASCEND_HOME_PATH=")).isZero();
    }
}
