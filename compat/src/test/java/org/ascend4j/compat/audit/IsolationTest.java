package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ascend4j.compat.PluginRelease;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.Test;

/** Keeps JGit to this package, and this package to itself. */
class IsolationTest {
    private static final String BASE = "org/ascend4j/compat/";

    private static Map<String, String> classes() throws IOException, URISyntaxException {
        Path root = Path.of(PluginRelease.class
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
        assertThat(classes).containsKey(BASE + "audit/RepositoryAudit.class");
        return classes;
    }

    @Test
    void keepsJGitInTheAudit() throws Exception {
        classes().forEach((name, content) -> {
            if (!name.startsWith(BASE + "audit/")) {
                assertThat(content).as(name).doesNotContain("org/eclipse/jgit");
            } else {
                assertThat(content)
                        .as(name)
                        .doesNotContain("ProcessBuilder")
                        .doesNotContain("getRuntime")
                        .doesNotContain("picocli");
            }
        });
    }

    @Test
    void keepsTheAuditOutOfEverythingButTheCommands() throws Exception {
        classes().forEach((name, content) -> {
            if (!name.startsWith(BASE + "audit/") && !name.startsWith(BASE + "cli/")) {
                assertThat(content).as(name).doesNotContain(BASE + "audit/");
            }
        });
    }

    @Test
    void showsJGitAMachineWithoutSettings() throws Exception {
        IsolatedSystem.install();
        SystemReader machine = SystemReader.getInstance();
        assertThat(machine).isInstanceOf(IsolatedSystem.class);
        for (FileBasedConfig settings : new FileBasedConfig[] {
            machine.openUserConfig(null, FS.DETECTED),
            machine.openSystemConfig(null, FS.DETECTED),
            machine.openJGitConfig(null, FS.DETECTED)
        }) {
            settings.load();
            assertThat(settings.getSections()).isEmpty();
        }
        assertThat(machine.getenv("PATH")).isNull();
        IsolatedSystem.install();
        assertThat(SystemReader.getInstance()).isSameAs(machine);
    }
}
