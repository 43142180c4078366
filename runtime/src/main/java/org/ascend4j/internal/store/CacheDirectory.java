package org.ascend4j.internal.store;

import java.nio.file.Path;
import java.util.Map;
import org.ascend4j.error.InvalidRequestException;

/** Where this user's models are kept. */
public final class CacheDirectory {
    /** Names the directory itself. */
    public static final String VARIABLE = "ASCEND4J_CACHE";

    private static final String FOLDER = "ascend4j";

    private CacheDirectory() {}

    /**
     * {@code $ASCEND4J_CACHE}, else {@code $XDG_CACHE_HOME/ascend4j}, else {@code ~/.cache/ascend4j}. Nothing is created.
     *
     * @param environment the variables that count
     * @param home the user's home if the environment has none; may be null
     */
    public static Path locate(Map<String, String> environment, String home) {
        String own = environment.getOrDefault(VARIABLE, "");
        if (!own.isEmpty()) {
            return Utf8Path.of(own).toAbsolutePath();
        }
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The XDG specification has relative values ignored.
        if (shared.startsWith("/")) {
            return Utf8Path.of(shared).resolve(FOLDER);
        }
        String user = environment.getOrDefault("HOME", home == null ? "" : home);
        if (user.startsWith("/")) {
            return Utf8Path.of(user).resolve(".cache").resolve(FOLDER);
        }
        throw new InvalidRequestException(
                VARIABLE, "not set, and there is no home directory for a cache; set it to a directory for models");
    }
}
