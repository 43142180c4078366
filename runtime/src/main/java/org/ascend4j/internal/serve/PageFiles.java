package org.ascend4j.internal.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The page for browsers at {@code /}: four files of this jar, which ask this server and nobody else. Immutable.
 */
final class PageFiles {
    /** Nothing is run or shown that does not come from here, and no other page may frame this one. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, File> FILES = Map.of(
            "/", new File("index.html", "text/html; charset=utf-8"),
            "/page.css", new File("page.css", "text/css; charset=utf-8"),
            "/chart.js", new File("chart.js", "text/javascript; charset=utf-8"),
            "/page.js", new File("page.js", "text/javascript; charset=utf-8"));

    private record File(String name, String type) {}

    private final Map<String, byte[]> contents = new LinkedHashMap<>();

    PageFiles() {
        FILES.forEach((path, file) -> contents.put(path, read(file.name())));
    }

    private static byte[] read(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no page/" + name + "; the jar is damaged");
            }
            return in.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Iterable<String> paths() {
        return contents.keySet();
    }

    void send(String path, Exchange exchange) throws IOException {
        exchange.responseHeader("Content-Security-Policy", POLICY);
        exchange.responseHeader("X-Content-Type-Options", "nosniff");
        exchange.responseHeader("Referrer-Policy", "no-referrer");
        exchange.responseHeader("Cross-Origin-Opener-Policy", "same-origin");
        // A newer server has a newer page.
        exchange.responseHeader("Cache-Control", "no-cache");
        exchange.send(200, FILES.get(path).type(), contents.get(path));
    }
}
