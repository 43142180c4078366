package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileRepositoryTest {
    @TempDir
    private Path directory;

    private TestRepository repository;
    private ObjectId root;
    private ObjectId orphan;
    private Path git;

    @BeforeEach
    void begin() {
        repository = new TestRepository(directory);
        root = repository.commit(null, "Begin", "a", "1\n");
        repository.main(repository.commit(root, "Fix", "b", "1\n"));
        orphan = repository.commit(root, "Only here", "b", "2\n");
        repository.branch("releases/v0.23.0", orphan);
        repository.tag("v0.23.0rc1", root, TestRepository.BEGIN);
        git = directory.resolve(".git");
    }

    @AfterEach
    void end() {
        repository.close();
    }

    private static AuditReport audit(Path where, AuditLimits limits) {
        return RepositoryAudit.run(where, new PolicyFacts(ReleaseMatrix.embedded()), Set.of(), limits);
    }

    private ThrowingCallable audited() {
        return () -> audit(directory, AuditLimits.DEFAULT);
    }

    private Path objectFile(ObjectId id) {
        return git.resolve("objects")
                .resolve(id.name().substring(0, 2))
                .resolve(id.name().substring(2));
    }

    private static void overwrite(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, bytes);
    }

    private static Map<String, String> listing(Path top) throws IOException {
        Map<String, String> files = new TreeMap<>();
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                files.put(directory.toString(), attributes.lastModifiedTime().toString());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.put(file.toString(), attributes.size() + " " + attributes.lastModifiedTime());
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    @Test
    void runsNothingThatTheRepositoryConfiguresAndWritesNothing() throws IOException {
        Path marker = directory.resolve("executed");
        Path script = Files.writeString(git.resolve("evil.sh"), "#!/bin/sh\necho run >> " + marker + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String hook :
                new String[] {"post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"}) {
            Files.createDirectories(git.resolve("hooks"));
            Files.copy(script, git.resolve("hooks").resolve(hook));
        }
        Files.writeString(
                git.resolve("config"),
                "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = " + script + "\n\tsshCommand = " + script
                        + "\n\tpager = " + script + "\n\thooksPath = " + git.resolve("hooks")
                        + "\n\tworktree = /nowhere\n"
                        + "[filter \"x\"]\n\tsmudge = " + script + "\n\tclean = " + script + "\n"
                        + "[diff \"x\"]\n\ttextconv = " + script + "\n\tcommand = " + script + "\n"
                        + "[include]\n\tpath = /dev/zero\n");
        Files.createDirectories(git.resolve("info"));
        Files.writeString(git.resolve("info/attributes"), "* filter=x diff=x\n");
        Map<String, String> before = listing(directory);
        assertThat(audit(directory, AuditLimits.DEFAULT).findings()).hasSize(1);
        assertThat(listing(directory)).isEqualTo(before);
        assertThat(marker).doesNotExist();
    }

    @Test
    void namesTheObjectThatIsMissing() throws IOException {
        Files.delete(objectFile(root));
        assertThatThrownBy(audited())
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining(root.name())
                .hasMessageContaining("git fsck");
    }

    @Test
    void saysThatABlobIsMissingInAPartialClone() throws IOException {
        Files.delete(objectFile(repository.blob("2\n")));
        assertThatThrownBy(audited()).isInstanceOf(RepositoryException.class).hasMessageContaining("--filter");
    }

    @Test
    void answersDamageWithOneKindOfException() throws IOException {
        Random random = new Random(7);
        for (ObjectId id : new ObjectId[] {root, orphan}) {
            Path file = objectFile(id);
            byte[] whole = Files.readAllBytes(file);
            for (int round = 0; round < 40; round++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
                overwrite(file, round == 0 ? new byte[0] : damaged);
                try {
                    audit(directory, AuditLimits.DEFAULT);
                } catch (RepositoryException clear) {
                    assertThat(clear).hasMessageContaining(directory.toString());
                }
            }
            overwrite(file, whole);
        }
        assertThat(audit(directory, AuditLimits.DEFAULT).findings()).hasSize(1);
    }

    @Test
    void refusesRefsThatHoldNoId() throws IOException {
        Path ref = git.resolve("refs/heads/main");
        for (String text : new String[] {"", "0123", "z".repeat(40), "\u0000".repeat(5000)}) {
            Files.writeString(ref, text);
            assertThatThrownBy(audited())
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("main");
        }
        Files.writeString(ref, root.name());
        Files.writeString(git.resolve("packed-refs"), "nonsense\n");
        assertThatThrownBy(audited()).isInstanceOf(RepositoryException.class).hasMessageContaining("packed-refs");
    }

    @Test
    void opensNoPipe() throws Exception {
        for (String name : new String[] {
            "refs/heads/pipe", "packed-refs", "objects/pack/pack-1.pack", "objects/info/alternates", "shallow", "config"
        }) {
            Path pipe = git.resolve(name);
            Files.createDirectories(pipe.getParent());
            Files.deleteIfExists(pipe);
            Process make = new ProcessBuilder("mkfifo", pipe.toString()).start();
            assertThat(make.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(audited())
                    .as(name)
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("not a regular file");
            Files.delete(pipe);
        }
    }

    @Test
    void followsNoLoopOfLinksOrAlternates() throws IOException {
        Files.createSymbolicLink(git.resolve("refs/heads/loop"), git.resolve("refs/heads/loop"));
        assertThatThrownBy(audited()).isInstanceOf(RepositoryException.class);
        Files.delete(git.resolve("refs/heads/loop"));
        Files.createDirectories(git.resolve("objects/info"));
        Files.writeString(git.resolve("objects/info/alternates"), "../objects\n");
        assertThatThrownBy(audited()).isInstanceOf(RepositoryException.class).hasMessageContaining("alternates");
    }

    @Test
    void keepsItsLimits() {
        AuditLimits usual = AuditLimits.DEFAULT;
        assertThatThrownBy(() -> audit(directory, new AuditLimits(1, 10, 1000, 10, 10)))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("more than 1 commits");
        assertThatThrownBy(() -> audit(directory, new AuditLimits(10, 2, 1000, 10, 10)))
                .hasMessageContaining("more than 2 branches and tags");
        assertThatThrownBy(() -> audit(directory, new AuditLimits(10, 10, 3, 10, 10)))
                .hasMessageContaining("more than 3 object files");
        assertThatThrownBy(() -> new AuditLimits(usual.commits(), 0, 1, 1, 1)).hasMessageContaining("refs: 0");
    }

    @Test
    void showsNamesWithoutTheirControlSigns() throws IOException {
        Files.writeString(git.resolve("refs/tags/v1.0\u001b[2J\n"), root.name());
        AuditReport report = audit(directory, AuditLimits.DEFAULT);
        assertThat(report.text()).contains("refs/tags/v1.0?[2J?").doesNotContain("\u001b");
    }

    @Test
    void refusesFormatsThatItCannotRead() throws IOException {
        for (String extension : new String[] {"objectFormat = sha256", "refStorage = reftable"}) {
            Files.writeString(
                    git.resolve("config"),
                    "[core]\n\trepositoryformatversion = 1\n[extensions]\n\t" + extension + "\n");
            assertThatThrownBy(audited())
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("extensions.");
        }
        Files.writeString(git.resolve("config"), "[core\n");
        assertThatThrownBy(audited()).isInstanceOf(RepositoryException.class).hasMessageContaining("config");
    }

    @Test
    void readsBareRepositoriesAndLinkedWorktrees(@TempDir Path linked) throws IOException {
        assertThat(audit(git, AuditLimits.DEFAULT).findings()).hasSize(1);
        Path own = Files.createDirectories(git.resolve("worktrees/other"));
        Files.writeString(own.resolve("commondir"), "../..\n");
        Files.writeString(own.resolve("HEAD"), "ref: refs/heads/main\n");
        Files.writeString(linked.resolve(".git"), "gitdir: " + own + "\n");
        assertThat(audit(linked, AuditLimits.DEFAULT).findings()).hasSize(1);
        Files.writeString(linked.resolve(".git"), "gitdir: " + own.resolve("none") + "\n");
        assertThatThrownBy(() -> audit(linked, AuditLimits.DEFAULT)).hasMessageContaining("clone it again");
        Files.writeString(linked.resolve(".git"), "nothing\n");
        assertThatThrownBy(() -> audit(linked, AuditLimits.DEFAULT)).hasMessageContaining("gitdir:");
    }

    @Test
    void explainsWhatAShallowCloneHides() throws IOException {
        ObjectId next = repository.commit(orphan, "Later, only here", "c", "1\n");
        repository.branch("releases/v0.23.0", next);
        Files.writeString(git.resolve("shallow"), next.name() + "\n");
        Files.delete(objectFile(orphan));
        AuditReport report = audit(directory, AuditLimits.DEFAULT);
        assertThat(report.findings()).extracting(AuditFinding::id).containsExactly("shallow-history");
        assertThat(report.text()).contains("note        a shallow clone").contains("git fetch --unshallow");
    }

    @Test
    void auditsALongHistoryQuickly() {
        ObjectId main = root;
        ObjectId line = root;
        for (int i = 0; i < 600; i++) {
            main = repository.commit(main, "Fix " + i, "f" + i % 7, i + "\n");
            line = repository.pick(line, main, false);
        }
        repository.main(main);
        repository.branch("releases/v0.23.0", line);
        long start = System.nanoTime();
        assertThat(audit(directory, AuditLimits.DEFAULT).findings()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void packsAreReadLikeLooseObjects(@TempDir Path packed) throws Exception {
        try (org.eclipse.jgit.api.Git clone = org.eclipse.jgit.api.Git.cloneRepository()
                .setURI(directory.toUri().toString())
                .setDirectory(packed.toFile())
                .setCloneAllBranches(true)
                .call()) {
            clone.packRefs().call();
        }
        try (Stream<Path> packs = Files.list(packed.resolve(".git/objects/pack"))) {
            assertThat(packs).isNotEmpty();
        }
        AuditReport report = audit(packed, AuditLimits.DEFAULT);
        assertThat(report.findings()).extracting(AuditFinding::commit).containsExactly(orphan.name());
        assertThat(report.releases()).containsExactly("refs/tags/v0.23.0rc1");
    }
}
