package org.ascend4j.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {
    private static final String HOME = "/home/user";

    @Test
    void prefersItsOwnVariable() {
        assertThat(CacheDirectory.locate(Map.of("ASCEND4J_CACHE", "/a", "XDG_CACHE_HOME", "/b", "HOME", HOME), null))
                .isEqualTo(Path.of("/a"));
    }

    @Test
    void makesItsOwnVariableAbsolute() {
        assertThat(CacheDirectory.locate(Map.of("ASCEND4J_CACHE", "models"), HOME))
                .isEqualTo(Path.of("models").toAbsolutePath());
    }

    @Test
    void fallsBackToTheSharedCache() {
        assertThat(CacheDirectory.locate(Map.of("XDG_CACHE_HOME", "/b", "HOME", HOME), null))
                .isEqualTo(Path.of("/b/ascend4j"));
    }

    @Test
    void ignoresARelativeSharedCache() {
        assertThat(CacheDirectory.locate(Map.of("XDG_CACHE_HOME", "b", "HOME", HOME), null))
                .isEqualTo(Path.of("/home/user/.cache/ascend4j"));
    }

    @Test
    void asksTheJvmForTheHomeLast() {
        assertThat(CacheDirectory.locate(Map.of(), HOME)).isEqualTo(Path.of("/home/user/.cache/ascend4j"));
    }

    @Test
    void saysWhatToSetWithoutAHome() {
        assertThatThrownBy(() -> CacheDirectory.locate(Map.of(), "?"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ASCEND4J_CACHE");
    }
}
