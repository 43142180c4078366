package org.ascend4j.internal.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.store.PullException;

/**
 * What the user gets to see of an exception.
 *
 * @param exitCode how the process ends
 * @param line the reason in one line
 */
record Failure(int exitCode, String line) {
    private static final String OWN_PACKAGE = "org.ascend4j.";
    private static final int LONGEST = 2000;

    Failure {
        line = oneLine(line);
    }

    static Failure of(Throwable thrown) {
        if (thrown instanceof ExceptionInInitializerError failed && failed.getCause() != null) {
            return of(failed.getCause());
        }
        return new Failure(exitCode(thrown), describe(thrown));
    }

    private static int exitCode(Throwable thrown) {
        if (thrown instanceof UsageException) {
            return ExitCode.USAGE;
        }
        if (thrown instanceof IncompatibleStackException) {
            return ExitCode.INCOMPATIBLE;
        }
        return thrown instanceof PullException pull && pull.cancelled() ? ExitCode.INTERRUPTED : ExitCode.FAILURE;
    }

    private static String describe(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            return "out of memory (" + thrown.getMessage()
                    + "); give the JVM more, for example java -Xmx4g -jar ascend4j.jar, or take a smaller"
                    + " --context-length";
        }
        if (thrown instanceof StackOverflowError) {
            return "the thread's stack is used up; give the JVM more, for example java -Xss8m -jar ascend4j.jar";
        }
        if (thrown instanceof LinkageError) {
            return "a library cannot be used: " + text(thrown);
        }
        if (thrown instanceof UncheckedIOException unchecked) {
            return describe(unchecked.getCause());
        }
        if (thrown instanceof IOException failed) {
            return describe(failed);
        }
        boolean own =
                thrown instanceof AscendException || thrown.getClass().getName().startsWith(OWN_PACKAGE);
        return own ? text(thrown) : "internal error: " + text(thrown) + " (--debug prints the stack trace)";
    }

    private static String describe(IOException failed) {
        if (failed instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (failed instanceof AccessDeniedException denied) {
            return denied.getFile() + ": no permission";
        }
        return text(failed);
    }

    /** JDK exceptions often say little without their name; ours say everything. */
    private static String text(Throwable thrown) {
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return thrown.getClass().getSimpleName();
        }
        boolean own = thrown.getClass().getName().startsWith(OWN_PACKAGE) || thrown instanceof IOException;
        return own ? message : thrown.getClass().getSimpleName() + ": " + message;
    }

    /** What a file or an argument holds must neither break the line nor steer the terminal. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.strip().codePoints().limit(LONGEST).forEach(character -> {
            boolean harmful = Character.isISOControl(character)
                    || Character.getType(character) == Character.FORMAT
                    || character == 0x2028
                    || character == 0x2029;
            line.appendCodePoint(harmful ? ' ' : character);
        });
        return line.toString();
    }
}
