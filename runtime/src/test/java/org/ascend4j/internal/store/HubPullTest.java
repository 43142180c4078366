package org.ascend4j.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulling from a hub, against one on this machine; no other network is used. */
@Timeout(30)
class HubPullTest {
    @TempDir
    Path cache;

    private FakeHub hub;
    private final byte[] weights = new byte[700_000];

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(weights);
        hub = new FakeHub();
        hub.large.put("model.safetensors", weights);
        hub.large.put("pytorch_model.bin", new byte[50]);
        hub.small.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
        hub.small.put("1_Pooling/config.json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        hub.small.put("README.md", new byte[20]);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private HubSettings settings(String token) {
        return new HubSettings(
                Optional.of(URI.create(hub.endpoint())),
                Optional.ofNullable(token),
                false,
                Duration.ofSeconds(2),
                Duration.ofMillis(1));
    }

    private Path pull(String name, String... patterns) {
        return pull(settings(null), name, patterns);
    }

    private Path pull(HubSettings settings, String name, String... patterns) {
        return new HubPull(cache, settings)
                .pull(HubName.parse(name).orElseThrow(), List.of(patterns), PullListener.NONE);
    }

    private List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void bringsWhatAModelNeedsAndNothingElse() throws IOException {
        Path folder = pull("org/model");
        assertThat(names(folder)).containsExactly("1_Pooling/config.json", "config.json", "model.safetensors");
        assertThat(Files.readAllBytes(folder.resolve("model.safetensors"))).isEqualTo(weights);
        assertThat(folder).isEqualTo(cache.resolve("hub/org--model/" + FakeHub.COMMIT));
        int asked = hub.requests.size();
        assertThat(pull("org/model@v/2")).isEqualTo(folder);
        assertThat(hub.requests).hasSize(asked + 1);
        // A commit cannot change: the hub is not even asked.
        assertThat(pull("org/model@" + FakeHub.COMMIT)).isEqualTo(folder);
        assertThat(hub.requests).hasSize(asked + 1);
    }

    @Test
    void sendsTheTokenToTheHubOnly() {
        hub.token = "hf_secret";
        assertThatThrownBy(() -> pull("org/model"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("401")
                .hasMessageContaining("HF_TOKEN");
        pull(settings("hf_secret"), "org/model");
        assertThat(hub.requests.stream().filter(line -> line.startsWith("store")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("secret"));
        assertThat(settings("hf_secret").toString()).doesNotContain("secret");
    }

    @Test
    void goesOnWhereAConnectionWasCut() throws IOException {
        hub.cutAfter = 150_000;
        hub.cuts = 4;
        Path folder = pull("org/model");
        assertThat(Files.readAllBytes(folder.resolve("model.safetensors"))).isEqualTo(weights);
        List<String> ranges = hub.requests.stream()
                .filter(line -> line.startsWith("store") && line.contains("bytes="))
                .toList();
        assertThat(ranges).isNotEmpty();
    }

    @Test
    void goesOnInALaterProcess() throws IOException {
        hub.cutAfter = 300_000;
        hub.cuts = Integer.MAX_VALUE;
        hub.large.put("model.safetensors", weights);
        hub.ranges = false;
        assertThatThrownBy(() -> pull("org/model"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("run it again to go on");
        Path part = cache.resolve("hub/org--model/" + FakeHub.COMMIT + ".part/model.safetensors.part");
        long here = Files.size(part);
        assertThat(here).isPositive();
        assertThat(cache.resolve("hub/org--model/" + FakeHub.COMMIT)).doesNotExist();
        hub.cuts = 0;
        hub.ranges = true;
        hub.requests.clear();
        assertThat(Files.readAllBytes(pull("org/model").resolve("model.safetensors")))
                .isEqualTo(weights);
        assertThat(hub.requests).anyMatch(line -> line.contains("bytes=" + here + "-"));
    }

    @Test
    void startsAnewWhereTheHubKnowsNoRanges() throws IOException {
        hub.cutAfter = 600_000;
        hub.cuts = 2;
        hub.ranges = false;
        assertThat(Files.readAllBytes(pull("org/model").resolve("model.safetensors")))
                .isEqualTo(weights);
    }

    @Test
    void noticesABeginningThatIsNotOfThisFile() throws IOException {
        Path part = cache.resolve("hub/org--model/" + FakeHub.COMMIT + ".part/model.safetensors.part");
        Files.createDirectories(part.getParent());
        Files.write(part, new byte[1000]);
        assertThatThrownBy(() -> pull("org/model"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("digest");
        assertThat(part).doesNotExist();
        Files.write(part, new byte[800_000]);
        assertThat(Files.readAllBytes(pull("org/model").resolve("model.safetensors")))
                .isEqualTo(weights);
    }

    @Test
    void keepsNothingOfAWrongDigest() {
        hub.wrongHash = true;
        assertThatThrownBy(() -> pull("org/model"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("model.safetensors: found digest " + FakeHub.sha256(weights))
                .hasMessageContaining("0".repeat(64));
        assertThat(cache.resolve("hub/org--model/" + FakeHub.COMMIT)).doesNotExist();
        assertThat(cache.resolve("hub/org--model/" + FakeHub.COMMIT + ".part/model.safetensors.part"))
                .doesNotExist();
    }

    @Test
    void takesTheDigestOfTheAnswerWhereTheListHasNone() throws IOException {
        hub.lists = false;
        assertThat(names(pull("org/model"))).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 408})
    void triesAgainWhenTheHubIsBusy(int code) throws IOException {
        hub.failureCode = code;
        hub.failures = 3;
        assertThat(names(pull("org/model"))).hasSize(3);
        assertThat(hub.failures).isZero();
        HubName name = HubName.parse("org/model").orElseThrow();
        HubSettings settings = settings(null);
        HubTransfer transfer = new HubTransfer(new HubClient(settings), settings, name, FakeHub.COMMIT);
        hub.failures = 3;
        HubFile file = new HubFile("model.safetensors", weights.length, FakeHub.sha256(weights), "");
        transfer.fetch(file, cache.resolve("fetched"), here -> {});
        assertThat(Files.readAllBytes(cache.resolve("fetched"))).isEqualTo(weights);
    }

    @Test
    void givesUpOnAHubThatSaysNothing() throws IOException {
        hub.failures = Integer.MAX_VALUE;
        hub.failureCode = 503;
        assertThatThrownBy(() -> pull("org/model"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("503");
    }

    @Test
    void namesWhatIsNotThere() {
        assertThatThrownBy(() -> pull("org/other"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("404");
        assertThatThrownBy(() -> pull("org/model@none"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("404");
        assertThatThrownBy(() -> pull("org/model", "none*")).hasMessageContaining("no file none*");
        hub.large.remove("model.safetensors");
        hub.large.put("a.gguf", weights);
        assertThatThrownBy(() -> pull("org/model")).hasMessageContaining("--include: a.gguf");
        assertThat(pull("org/model", "*.gguf").getFileName().toString()).isEqualTo("a.gguf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.safetensors",
                "a/../../evil",
                "/etc/passwd",
                "a//b",
                "",
                "a\\\\b",
                "C:evil",
                "a/./b",
                "-rf",
                "a\\u0000b",
                "a\\nb",
                ".",
                "..",
                "nul\\u202egnp"
            })
    void refusesNamesThatLeadElsewhere(String name) {
        hub.small.put(name, new byte[3]);
        assertThatThrownBy(() -> pull("org/model", "**", "*"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("rfilename")
                .hasMessageContaining("plain name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/y", "file:///etc/passwd", "", "http://", "::", "gopher://x"})
    void refusesRedirectsToOtherThanTheWeb(String location) {
        hub.location = location;
        assertThatThrownBy(() -> pull("org/model"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("redirects");
    }

    @Test
    void refusesAnotherCommitAndEndlessRedirects() {
        hub.commit = "f".repeat(40);
        assertThatThrownBy(() -> pull("org/model")).hasMessageContaining("answers for commit ffff");
        hub.commit = FakeHub.COMMIT;
        hub.location = hub.endpoint() + "/org/model/resolve/" + FakeHub.COMMIT + "/model.safetensors";
        assertThatThrownBy(() -> pull("org/model")).hasMessageContaining("more than 6 redirects");
    }

    @Test
    void pullsOnceForManyAtATime() {
        List<CompletableFuture<Path>> pulls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pulls.add(CompletableFuture.supplyAsync(() -> pull("org/model")));
        }
        assertThat(pulls.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(hub.requests.stream().filter(line -> line.startsWith("store")))
                .hasSize(1);
    }

    @Test
    void readsTheVariablesOfOtherTools() throws IOException {
        HubSettings settings = HubSettings.read(
                Map.of("HF_ENDPOINT", "https://hub.example/", "HF_TOKEN", " t ", "HF_HUB_OFFLINE", "yes"), null);
        assertThat(settings.endpoint()).contains(URI.create("https://hub.example"));
        assertThat(settings.token()).contains("t");
        assertThat(settings.offline()).isTrue();
        Files.writeString(Files.createDirectories(cache.resolve("hf")).resolve("token"), "kept\n");
        assertThat(HubSettings.read(Map.of("HF_HOME", cache.resolve("hf").toString()), null)
                        .token())
                .contains("kept");
        for (String bad : List.of("x", "ftp://x", "https://", "https://u:p@x", "ht tp://x")) {
            assertThatThrownBy(() -> HubSettings.read(Map.of("HF_ENDPOINT", bad), null))
                    .isInstanceOf(PullException.class)
                    .hasMessageContaining("HF_ENDPOINT");
        }
        assertThatThrownBy(() -> HubSettings.read(Map.of("HF_TOKEN", "a\nb"), null))
                .hasMessageContaining("HF_TOKEN");
    }

    @Test
    void asksNobodyWhenOffline() {
        Map<String, String> environment = Map.of("HF_ENDPOINT", hub.endpoint(), "HF_HUB_OFFLINE", "1");
        HubSettings offline = HubSettings.read(environment, null);
        assertThatThrownBy(() -> pull(offline, "org/model")).hasMessageContaining("HF_HUB_OFFLINE");
        Path folder = pull("org/model");
        int asked = hub.requests.size();
        assertThat(pull(offline, "org/model")).isEqualTo(folder);
        assertThat(hub.requests).hasSize(asked);
    }

    @Test
    void tellsRepositoriesFromPaths() {
        ModelStore store =
                new ModelStore(cache, new PipDownload(null, Duration.ofSeconds(1)), List.of(), () -> settings(null));
        assertThat(store.resolve("org/model", PullListener.NONE)).isDirectory();
        assertThat(store.resolve("org/model", "v/2", List.of(), PullListener.NONE))
                .isDirectory();
        for (String name : List.of("a/b/c", "a", "../b", "a/b.gguf", "/a/b", "a/..b", "a--b/c", "a/b@")) {
            assertThatThrownBy(() -> store.resolve(name, PullListener.NONE)).isInstanceOf(AscendException.class);
        }
        for (String revision : List.of("", "../x", "a b", "-x", "a//b", "x".repeat(300))) {
            assertThatThrownBy(() -> store.resolve("org/model", revision, List.of(), PullListener.NONE))
                    .hasMessageContaining("revision");
        }
        ModelStore nowhere = new ModelStore(cache, new PipDownload(null, Duration.ofSeconds(1)), List.of());
        assertThatThrownBy(() -> nowhere.resolve("org/model", PullListener.NONE))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no such file")
                .hasMessageContaining("HF_ENDPOINT");
    }
}
