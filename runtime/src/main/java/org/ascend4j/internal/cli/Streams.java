package org.ascend4j.internal.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.error.AscendException;

/**
 * The process's three streams in UTF-8. The answer goes to {@link #answer} alone; everything else to {@link #err}.
 *
 * @param in standard input
 * @param out standard output, for the answer only
 * @param err standard error
 * @param inIsTerminal whether a person types the input
 * @param errIsTerminal whether a person reads the messages
 */
record Streams(InputStream in, OutputStream out, PrintStream err, boolean inIsTerminal, boolean errIsTerminal) {
    /** The streams of this process. */
    static Streams ofProcess() {
        return new Streams(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                isTerminal(0),
                isTerminal(2));
    }

    /** {@code System.console()} looks at stdin and stdout together, and since Java 22 exists without a terminal. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Writes a part of the answer and passes it on at once. */
    void answer(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException failed) {
            throw new AscendException("stdout cannot be written: " + failed.getMessage(), failed);
        }
    }

    /** Writes a line for the person who runs the command. */
    void note(String line) {
        err.println(line);
    }
}
