package org.ascend4j.compat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether standard output is a terminal that shows colours. */
final class Terminal {
    private Terminal() {}

    static boolean takesColours() {
        String kind = System.getenv("TERM");
        return System.getenv("NO_COLOR") == null && kind != null && !kind.equals("dumb") && isTerminal();
    }

    /** A console in Java's sense also needs standard input to be one, so the descriptor itself is looked at. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return System.console() != null;
        }
    }
}
