package org.ascend4j.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read a repository, on ones that JGit's own commands make. */
class RepositoryCommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private RevCommit commit(Git git, String file, String text) throws Exception {
        Files.writeString(directory.resolve(file), text);
        git.add().addFilepattern(file).call();
        PersonIdent person = new PersonIdent("Tester", "tester@example.org");
        return git.commit()
                .setMessage("Set " + file)
                .setAuthor(person)
                .setCommitter(person)
                .setSign(false)
                .call();
    }

    /** Main with two changes; a release branch with one of them picked, and one of its own. */
    private RevCommit build() throws Exception {
        try (Git git = Git.init()
                .setDirectory(directory.toFile())
                .setInitialBranch("main")
                .call()) {
            git.getRepository().getConfig().setString("user", null, "name", "Tester");
            git.getRepository().getConfig().setString("user", null, "email", "tester@example.org");
            RevCommit begin = commit(git, "a", "1\n");
            commit(git, "b", "1\n");
            RevCommit fix = commit(git, "c", "1\n");
            git.checkout()
                    .setCreateBranch(true)
                    .setName("releases/v0.23.0")
                    .setStartPoint(begin)
                    .call();
            git.cherryPick().include(fix).call();
            git.tag().setName("v0.23.0rc1").setAnnotated(false).setSigned(false).call();
            return commit(git, "d", "1\n");
        }
    }

    @Test
    void auditsARepositoryOfPorcelainCommands() throws Exception {
        RevCommit orphan = build();
        assertThat(run("audit", "--repo", directory.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("FINDING missing-counterpart  refs/heads/releases/v0.23.0  " + orphan.name())
                .endsWith("NOT CLEAN: 1 finding against the release policy\n");
        assertThat(run("audit", "--repo", directory.toString(), "--format", "json"))
                .isEqualTo(1);
        assertThat(out.toString()).startsWith("{").contains(orphan.name());
        assertThat(run("audit", "--repo", directory.toString(), "--accept", orphan.name()))
                .isZero();
        assertThat(out.toString()).endsWith("CLEAN: the repository keeps the release policy\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void proposesTheNextVersionAndRefusesWithThree() throws Exception {
        build();
        assertThat(run("next", "--kind", "rc", "--vllm", "0.23.0", "--repo", directory.toString()))
                .isZero();
        assertThat(out.toString()).startsWith("v0.23.0rc2\n  because tagged so far: v0.23.0rc1\n");
        assertThat(run("next", "--kind", "post", "--repo", directory.toString(), "--format", "json"))
                .isEqualTo(3);
        assertThat(out.toString()).contains("\"allowed\": false").contains("no final is tagged");
    }

    @Test
    void takesASitesOwnRows() throws Exception {
        build();
        Path rows = Files.writeString(
                directory.resolve("rows.tsv"),
                "plugin\tvllm\tpython\tcann\ttorch\ttorch_npu\n0.99.0rc1\t0.99.0\t>=3.10\t9.2.0\t2.10.0\t2.10.0\n");
        String[] next = {"next", "--kind", "rc", "--repo", directory.toString(), "--matrix", rows.toString()};
        assertThat(run(next)).isZero();
        assertThat(out.toString()).startsWith("v0.99.0rc1\n");
    }

    @Test
    void answersWrongUsageAndUnreadableRepositoriesWithTwoAndOneLine() {
        String where = directory.toString();
        String[][] wrong = {
            {"audit"},
            {"audit", "--repo", where},
            {"audit", "--repo", directory.resolve("none").toString()},
            {"audit", "--repo", where, "--format", "xml"},
            {"audit", "--repo", where, "--accept", "HEAD"},
            {"audit", "--repo", where, "--matrix", directory.resolve("none").toString()},
            {"next", "--repo", where},
            {"next", "--repo", where, "--kind", "alpha"},
            {"next", "--repo", where, "--kind", "rc", "--vllm", "newest"},
            {"next", "--repo", where, "--kind", "rc"},
        };
        for (String[] arguments : wrong) {
            assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(err.toString().lines()).as(err.toString()).hasSize(1);
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void leavesJGitAloneInEveryOtherCommand() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "check",
                "--root",
                directory.toString()));
        Path log = directory.resolveSibling(directory.getFileName() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectOutput(log.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String loaded = Files.readString(log);
        Files.delete(log);
        assertThat(loaded)
                .contains("org.ascend4j.compat.cli.CheckCommand ")
                .doesNotContain("org.eclipse.jgit")
                .doesNotContain("org.ascend4j.compat.audit");
    }
}
