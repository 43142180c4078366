package org.ascend4j.internal.acl;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The JVMs that tests run in: the one that runs Maven and the newest LTS. */
final class Jdks {
    private static final String SKIP = "ascend4j.skipJdk25";

    private Jdks() {}

    /** The {@code java} command of this JVM. */
    static Path current() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The {@code java} command of a JDK 25; fails the test when there is none, unless told to skip, which it says. */
    static Path jdk25() {
        if (Runtime.version().feature() == 25) {
            return current();
        }
        Optional<Path> home =
                Stream.concat(named(), installed()).filter(Jdks::is25).findFirst();
        if (home.isPresent()) {
            return home.get().resolve("bin/java");
        }
        if (Boolean.getBoolean(SKIP) && System.getenv("CI") == null) {
            System.err.println("NOT TESTED on JDK 25: none found, and " + SKIP + " is set");
            abort("no JDK 25, and " + SKIP + " is set");
        }
        throw new AssertionError(
                "no JDK 25 in $JAVA_HOME_25, $JAVA_HOME_25_X64 or /usr/lib/jvm; install one, or pass -D" + SKIP
                        + "=true to go without (refused where $CI is set)");
    }

    private static Stream<Path> named() {
        return Stream.of("JAVA_HOME_25", "JAVA_HOME_25_X64", "JAVA_HOME_25_ARM64", "JAVA_HOME")
                .map(System::getenv)
                .filter(home -> home != null && !home.isEmpty())
                .map(Path::of);
    }

    private static Stream<Path> installed() {
        Path folder = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> homes = Files.list(folder)) {
            return List.copyOf(homes.sorted().toList()).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean is25(Path home) {
        try {
            Path release = home.resolve("release");
            return Files.isExecutable(home.resolve("bin/java"))
                    && Files.isRegularFile(release)
                    && Files.readString(release).matches("(?s).*JAVA_VERSION=\"25[.\"].*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
