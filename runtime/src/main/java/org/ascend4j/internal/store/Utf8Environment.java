package org.ascend4j.internal.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The environment, read as UTF-8 whatever the locale: {@code System.getenv} has lost what the locale cannot say. */
public final class Utf8Environment {
    private static final Path OWN = Path.of("/proc/self/environ");

    private Utf8Environment() {}

    /** This process's variables. */
    public static Map<String, String> current() {
        if (Utf8Path.localeIsUtf8()) {
            return System.getenv();
        }
        try {
            return parse(Files.readAllBytes(OWN));
        } catch (IOException unreadable) {
            // Without /proc the JVM's reading is the only one, and right for everything in ASCII.
            return System.getenv();
        }
    }

    /** Reads {@code NAME=value} pairs, each ended by a zero byte; anything else is left out. */
    static Map<String, String> parse(byte[] block) {
        Map<String, String> variables = new HashMap<>();
        for (String entry : new String(block, StandardCharsets.UTF_8).split("\0")) {
            int equals = entry.indexOf('=', 1);
            if (equals > 0) {
                variables.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return variables;
    }
}
