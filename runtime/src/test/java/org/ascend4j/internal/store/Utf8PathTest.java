package org.ascend4j.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8PathTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "mit Leerzeichen", "größe.gguf", "日本語", "😀", "100%", "a+b#c?d", "~x", "[]"})
    void namesTheSameFileWithoutTheLocale(String name) throws IOException {
        String text = directory + "/" + name;
        Files.write(Utf8Path.ofBytes(text), new byte[] {7});
        assertThat(Utf8Path.textOfBytes(Utf8Path.ofBytes(text))).isEqualTo(text);
        assertThat(Files.readAllBytes(Utf8Path.ofBytes(text))).containsExactly(7);
        try (var listed = Files.list(directory)) {
            String raw = listed.findFirst().orElseThrow().toUri().getRawPath();
            assertThat(java.net.URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .isEqualTo(text);
        }
    }

    @Test
    void resolvesRelativeNamesInTheWorkingDirectory() {
        assertThat(Utf8Path.ofBytes("src")).isDirectory();
        assertThat(Utf8Path.textOfBytes(Utf8Path.ofBytes("src"))).isEqualTo("src");
    }

    @Test
    void refusesAZeroByte() {
        assertThatThrownBy(() -> Utf8Path.of("a\0b")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Utf8Path.ofBytes("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsTheEnvironmentFromTheKernelsForm() {
        byte[] block = "HOME=/home/müller\0EMPTY=\0=odd\0broken\0A=b=c\0".getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8Environment.parse(block)).isEqualTo(Map.of("HOME", "/home/müller", "EMPTY", "", "A", "b=c"));
    }
}
