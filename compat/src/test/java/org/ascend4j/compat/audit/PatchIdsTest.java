package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchIdsTest {
    private static final int COMMITS = 250;
    private static final long SEED = 20260823;

    @TempDir
    private Path directory;

    private static Path git() {
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
            Path file = Path.of(entry.isEmpty() ? "." : entry, "git");
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** Every line differs from every other, so that there is one shortest diff and git finds the same. */
    private static TestRepository.Content edited(Random random, TestRepository.Content before, int step) {
        if (random.nextInt(12) == 0) {
            byte[] binary = new byte[20];
            random.nextBytes(binary);
            binary[3] = 0;
            return new TestRepository.Content(binary, FileMode.REGULAR_FILE);
        }
        List<String> lines = new ArrayList<>();
        if (before != null && !new String(before.bytes(), StandardCharsets.ISO_8859_1).contains("\0")) {
            lines.addAll(List.of(new String(before.bytes(), StandardCharsets.UTF_8).split("(?<=\n)")));
        }
        for (int edit = 1 + random.nextInt(4); edit > 0; edit--) {
            int at = random.nextInt(lines.size() + 1);
            if (at < lines.size() && random.nextInt(3) == 0) {
                lines.remove(at);
            } else {
                lines.add(
                        at,
                        "line " + step + "." + edit + "\t\u00fc" + random.nextInt() + (edit % 2 == 0 ? "\r\n" : "\n"));
            }
        }
        String text = String.join("", lines);
        boolean open = random.nextInt(6) == 0 && text.endsWith("\n") && !text.endsWith("\r\n");
        FileMode mode = random.nextInt(8) == 0 ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE;
        String kept = open ? text.substring(0, text.length() - 1) : text;
        return new TestRepository.Content(kept.getBytes(StandardCharsets.UTF_8), mode);
    }

    private static Map<String, TestRepository.Content> next(
            Random random, Map<String, TestRepository.Content> before, int step) {
        String[] names = {"a", "dir/b.txt", "dir/with space", "\u00fcmlaut", "tab\tname", "quote\"d"};
        Map<String, TestRepository.Content> files = new TreeMap<>(before);
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            String name = names[random.nextInt(names.length)];
            if (files.containsKey(name) && random.nextInt(6) == 0) {
                files.remove(name);
            } else if (random.nextInt(10) == 0 && files.containsKey(name)) {
                FileMode mode = files.get(name).mode() == FileMode.REGULAR_FILE
                        ? FileMode.EXECUTABLE_FILE
                        : FileMode.REGULAR_FILE;
                files.put(name, new TestRepository.Content(files.get(name).bytes(), mode));
            } else {
                files.put(name, edited(random, files.get(name), step));
            }
        }
        return files;
    }

    @Test
    void areThoseOfGit() throws Exception {
        Path git = git();
        if (git == null) {
            System.err.println("NOT COMPARED: no git on PATH, so patch ids were not compared to git patch-id --stable");
        }
        assumeThat(git).as("a git binary on PATH").isNotNull();
        Random random = new Random(SEED);
        Map<String, String> mine = new TreeMap<>();
        try (TestRepository repository = new TestRepository(directory)) {
            List<ObjectId> made = new ArrayList<>();
            for (int step = 0; step < COMMITS; step++) {
                ObjectId tip = step == 0 ? null : made.get(step - 1);
                made.add(repository.commit(
                        tip == null ? List.of() : List.of(tip),
                        "Step " + step,
                        next(random, repository.files(tip), step)));
            }
            repository.main(made.get(COMMITS - 1));
            try (GitHistory history = GitHistory.open(directory, AuditLimits.DEFAULT)) {
                PatchIds ids = history.patchIds();
                for (ObjectId id : made) {
                    String patch = ids.patch(history.commit(id).orElseThrow()).orElseThrow();
                    if (!patch.equals(PatchIds.EMPTY)) {
                        mine.put(id.name(), patch);
                    }
                }
            }
        }
        assertThat(mine).hasSizeGreaterThan(COMMITS * 9 / 10);
        Map<String, String> gits = gitsIds(git, List.copyOf(mine.keySet()));
        assertThat(gits.keySet()).isEqualTo(mine.keySet());
        mine.entrySet().removeAll(gits.entrySet());
        assertThat(mine).as("other than git's, seed " + SEED).isEmpty();
    }

    private Map<String, String> gitsIds(Path git, List<String> commits) throws IOException, InterruptedException {
        Path ids = Files.write(directory.resolve("ids"), commits);
        Path patches = directory.resolve("patches");
        Path output = directory.resolve("output");
        String[] diff = {"diff-tree", "--stdin", "--root", "-p", "--full-index", "--no-renames"};
        run(git, ids, patches, diff);
        run(git, patches, output, "patch-id", "--stable");
        Map<String, String> found = new TreeMap<>();
        for (String line : Files.readAllLines(output)) {
            found.put(line.substring(41), line.substring(0, 40));
        }
        return found;
    }

    private void run(Path git, Path in, Path out, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(git.toString(), "-C", directory.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void ignoreWhiteSpaceAndTheirPlace() throws IOException {
        try (TestRepository repository = new TestRepository(directory)) {
            String body = "a\nb\nc\nd\ne\nf\ng\nh\n";
            ObjectId base = repository.commit(null, "Base", "f", body);
            ObjectId moved = repository.commit(base, "Move", "f", "top\nmore\n" + body);
            ObjectId one = repository.commit(base, "One", "f", body.replace("e\n", "e\nint x;\n"));
            ObjectId two = repository.commit(moved, "Two", "f", "top\nmore\n" + body.replace("e\n", "e\n\tint  x;\n"));
            ObjectId three = repository.commit(base, "Three", "f", body.replace("e\n", "e\nint y;\n"));
            repository.main(base);
            try (GitHistory history = GitHistory.open(directory, AuditLimits.DEFAULT)) {
                PatchIds ids = history.patchIds();
                String first = ids.patch(history.commit(one).orElseThrow()).orElseThrow();
                assertThat(ids.patch(history.commit(two).orElseThrow())).contains(first);
                assertThat(ids.patch(history.commit(three).orElseThrow()))
                        .isPresent()
                        .isNotEqualTo(first);
            }
        }
    }

    @Test
    void leaveACommitWithTooManyFilesAside() throws IOException {
        try (TestRepository repository = new TestRepository(directory)) {
            Map<String, TestRepository.Content> many = new TreeMap<>();
            for (int i = 0; i < 11; i++) {
                many.put("f" + i, TestRepository.Content.of("x\n"));
            }
            ObjectId large = repository.commit(List.of(), "Large", many);
            repository.main(large);
            AuditLimits limits = new AuditLimits(10, 10, 1000, 10, 1000);
            try (GitHistory history = GitHistory.open(directory, limits)) {
                assertThat(history.patchIds().patch(history.commit(large).orElseThrow()))
                        .isEmpty();
            }
        }
    }
}
