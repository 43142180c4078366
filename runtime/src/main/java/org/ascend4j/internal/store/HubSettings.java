package org.ascend4j.internal.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a hub is and how to talk to it, from the variables that other tools take too: {@code HF_ENDPOINT},
 * {@code HF_TOKEN} (else the file {@code HF_TOKEN_PATH}, {@code $HF_HOME/token} or {@code ~/.cache/huggingface/token}),
 * {@code HF_HUB_OFFLINE} and {@code HF_HUB_DOWNLOAD_TIMEOUT}.
 *
 * @param endpoint empty if none is set
 * @param token sent to the endpoint itself and to no other host
 * @param timeout without a byte before a connection is given up
 * @param pause before a second try; doubled each time
 */
record HubSettings(Optional<URI> endpoint, Optional<String> token, boolean offline, Duration timeout, Duration pause) {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final int MAX_TOKEN_BYTES = 4096;

    /** @param home the user's home; may be null */
    static HubSettings read(Map<String, String> environment, String home) {
        return new HubSettings(
                text(environment, "HF_ENDPOINT").map(HubSettings::endpoint),
                token(environment, home),
                text(environment, "HF_HUB_OFFLINE")
                        .map(value -> TRUE.contains(value.toUpperCase(Locale.ROOT)))
                        .orElse(false),
                Duration.ofSeconds(seconds(environment)),
                Duration.ofSeconds(1));
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static URI endpoint(String text) {
        URI uri;
        try {
            uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw new PullException("HF_ENDPOINT: found '" + text + "', expected the address of a hub", e);
        }
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            throw new PullException("HF_ENDPOINT: found '" + text + "', expected https://HOST or http://HOST");
        }
        return uri;
    }

    private static long seconds(Map<String, String> environment) {
        String text = text(environment, "HF_HUB_DOWNLOAD_TIMEOUT").orElse("60");
        if (!text.matches("[1-9][0-9]{0,4}")) {
            throw new PullException("HF_HUB_DOWNLOAD_TIMEOUT: found '" + text + "', expected seconds from 1 to 99999");
        }
        return Long.parseLong(text);
    }

    private static Optional<String> token(Map<String, String> environment, String home) {
        Optional<String> given = text(environment, "HF_TOKEN").or(() -> text(environment, "HUGGING_FACE_HUB_TOKEN"));
        Optional<String> found = given.isPresent() ? given : stored(environment, home);
        found.ifPresent(token -> {
            if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                throw new PullException("HF_TOKEN: found characters that no token has; copy it again");
            }
        });
        return found;
    }

    private static Optional<String> stored(Map<String, String> environment, String home) {
        String user = environment.getOrDefault("HOME", home == null ? "" : home);
        String base = environment.getOrDefault("HF_HOME", user.isEmpty() ? "" : user + "/.cache/huggingface");
        String path = environment.getOrDefault("HF_TOKEN_PATH", base.isEmpty() ? "" : base + "/token");
        try {
            Path file = Utf8Path.of(path);
            if (path.isEmpty() || !Files.isRegularFile(file) || Files.size(file) > MAX_TOKEN_BYTES) {
                return Optional.empty();
            }
            return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
        } catch (IOException unreadable) {
            // A file that cannot be read is as good as none: most repositories need no token.
            return Optional.empty();
        }
    }

    URI requireEndpoint() {
        return endpoint.orElseThrow(() -> new PullException(
                "HF_ENDPOINT is not set; set it to the address of the hub that has the repository (https://HOST)"));
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return endpoint.map(URI::toString).orElse("no endpoint") + (token.isPresent() ? " with a token" : "");
    }
}
