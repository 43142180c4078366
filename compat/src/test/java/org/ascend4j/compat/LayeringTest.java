package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the names that compiled classes refer to: what a class does not name, it cannot use. */
class LayeringTest {
    private static final String BASE = "org/ascend4j/compat/";

    private static Map<String, String> classes() throws IOException, URISyntaxException {
        Path root = Path.of(CompatibilityGuard.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Map<String, String> classes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root.resolve(BASE))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".class")).toList()) {
                classes.put(root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(classes).hasSizeGreaterThan(30);
        return classes;
    }

    @Test
    void startsProcessesAndOpensLibrariesInOnePlaceEach() throws Exception {
        classes().forEach((name, content) -> {
            assertThat(content).as(name).doesNotContain("loadLibrary");
            if (!name.startsWith(BASE + "probe/ChildProcess")) {
                assertThat(content).as(name).doesNotContain("java/lang/ProcessBuilder");
            }
            // Only the class that runs in a process of its own may call native code.
            if (!name.startsWith(BASE + "probe/NativeProbe")) {
                assertThat(content)
                        .as(name)
                        .doesNotContain("com/sun/jna/NativeLibrary")
                        .doesNotContain("com/sun/jna/Function");
            }
        });
    }

    @Test
    void namesTheNativeProbeOnlyToStartIt() throws Exception {
        classes().forEach((name, content) -> {
            if (!name.startsWith(BASE + "probe/NativeProbe")) {
                // The class file of a caller holds the internal name alone; LiveProbe has the text of a file's name.
                assertThat(content.replace(BASE + "probe/NativeProbe.class", ""))
                        .as(name)
                        .doesNotContain(BASE + "probe/NativeProbe");
            }
        });
    }

    @Test
    void keepsTheCommandsLibraryOutOfTheLibrary() throws Exception {
        classes().forEach((name, content) -> {
            if (!name.startsWith(BASE + "cli/")) {
                assertThat(content).as(name).doesNotContain("picocli").doesNotContain(BASE + "cli/");
            }
        });
    }

    @Test
    void importsDownwardsOnly() throws Exception {
        // Top to bottom; the guard's own package stands above these and below the command's.
        List<String> order = List.of("audit/", "policy/", "probe/", "matrix/", "version/");
        classes().forEach((name, content) -> {
            int layer = order.indexOf(name.substring(BASE.length()).replaceFirst("/.*", "/"));
            for (int above = 0; layer >= 0 && above < layer; above++) {
                assertThat(content).as(name).doesNotContain(BASE + order.get(above));
            }
            if (layer >= 0) {
                assertThat(content).as(name).doesNotContain(BASE + "CompatibilityGuard");
            }
        });
    }
}
