package org.ascend4j.internal.store;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.ascend4j.error.InvalidRequestException;

/**
 * Paths from text and back, as UTF-8 whatever the locale. {@code Path.of} encodes by the locale and refuses what that
 * lacks; a {@code file:} URI carries bytes as they are.
 */
public final class Utf8Path {
    private static final boolean UTF8_LOCALE =
            System.getProperty("sun.jnu.encoding", "").toUpperCase(Locale.ROOT).equals("UTF-8");

    /** In a locale that cannot name it, the JDK's idea of the working directory may be wrong; the kernel's is not. */
    private static final String WORKING_DIRECTORY = "/proc/self/cwd/";

    private static final String PLAIN = "-._~/";

    private Utf8Path() {}

    /** Whether the JVM itself names files in UTF-8. */
    public static boolean localeIsUtf8() {
        return UTF8_LOCALE;
    }

    /** @throws InvalidRequestException if no file can have this name */
    public static Path of(String text) {
        try {
            return UTF8_LOCALE ? Path.of(text) : ofBytes(text);
        } catch (IllegalArgumentException impossible) {
            throw new InvalidRequestException("path", "no file can be named '" + text + "': " + reason(impossible));
        }
    }

    private static String reason(IllegalArgumentException impossible) {
        return impossible instanceof InvalidPathException invalid ? invalid.getReason() : impossible.getMessage();
    }

    /** As {@link #of} without the locale's help. */
    static Path ofBytes(String text) {
        if (text.isEmpty()) {
            return Path.of(text);
        }
        String absolute = text.startsWith("/") ? text : WORKING_DIRECTORY + text;
        StringBuilder uri = new StringBuilder("file://");
        for (byte b : absolute.getBytes(StandardCharsets.UTF_8)) {
            int value = b & 0xff;
            if (value < 0x80 && (Character.isLetterOrDigit(value) || PLAIN.indexOf(value) >= 0)) {
                uri.append((char) value);
            } else {
                uri.append('%').append(Character.forDigit(value >> 4, 16)).append(Character.forDigit(value & 15, 16));
            }
        }
        return Path.of(URI.create(uri.toString()));
    }

    /** The path as text fit for output; in a locale other than UTF-8 it is absolute. */
    public static String text(Path path) {
        return UTF8_LOCALE ? path.toString() : textOfBytes(path);
    }

    /** As {@link #text} without the locale's help: absolute. */
    static String textOfBytes(Path path) {
        String text = path.toUri().getPath();
        if (text.startsWith(WORKING_DIRECTORY)) {
            text = text.substring(WORKING_DIRECTORY.length());
        }
        return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
