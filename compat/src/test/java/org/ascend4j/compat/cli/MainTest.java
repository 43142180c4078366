package org.ascend4j.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.ascend4j.compat.PluginRelease;
import org.ascend4j.compat.probe.StackTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void endsWithZeroOnAHostThatFits() {
        new StackTree(directory).device().newCann("9.0.1");
        assertThat(run("check", "--root", directory.toString())).isZero();
        assertThat(out.toString()).endsWith("COMPATIBLE: this host fits plugin 0.23.0rc1\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void endsWithThreeOnAHostThatDoesNotFit() {
        new StackTree(directory).device().newCann("9.0.1");
        assertThat(run("check", "--root", directory.toString(), "--plugin-version", "v0.7.1rc1"))
                .isEqualTo(3);
        assertThat(out.toString()).endsWith("INCOMPATIBLE: 1 finding against plugin 0.7.1rc1\n");
    }

    @Test
    void takesModeAndEnvironmentOfTheTree() {
        new StackTree(directory)
                .file("/opt/cann/lib64/libascendcl.so", "")
                .file("/opt/cann/runtime/version.info", "Version=8.5.0\n");
        assertThat(run(
                        "check",
                        "--root",
                        directory.toString(),
                        "--env",
                        "ASCEND_HOME_PATH=/opt/cann",
                        "--mode",
                        "WARN"))
                .isZero();
        assertThat(out.toString()).contains("INCOMPATIBLE, let pass by mode warn");
        assertThat(run("check", "--root", directory.toString(), "--env", "ASCEND_HOME_PATH=/opt/cann"))
                .isEqualTo(3);
    }

    @Test
    void checksThisHost() {
        assertThat(run("check")).isIn(0, 3);
        assertThat(out.toString()).startsWith("Ascend4J stack check\n");
    }

    @Test
    void answersWrongUsageWithTwoAndOneLine() {
        String[][] wrong = {
            {},
            {"chek"},
            {"check", "--nothing"},
            {"check", "--mode", "loud"},
            {"check", "--plugin-version", "8.0.T13"},
            {"check", "--root", directory.resolve("none").toString()},
            {"check", "--env", "A=B"},
        };
        for (String[] arguments : wrong) {
            err.getBuffer().setLength(0);
            assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(err.toString().lines()).as(err.toString()).hasSize(1);
        }
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void endsWithFourWhenTheReportCannotBeWritten() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left");
            }
        };
        int code = Main.run(new PrintWriter(full), new PrintWriter(err), "check", "--root", directory.toString());
        assertThat(code).isEqualTo(4);
        assertThat(err.toString().strip()).isEqualTo("ascend4j-compat: standard output cannot be written");
    }

    @Test
    void printsHelpAndVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).isEqualTo("ascend4j-compat " + PluginRelease.current() + System.lineSeparator());
        assertThat(run("--help")).isZero();
        assertThat(run("check", "--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:").contains("--plugin-version=V");
    }
}
