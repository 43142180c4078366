package org.ascend4j.internal.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** How the command ends, for scripts. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int INCOMPATIBLE = 3;

    /** What a shell reports for SIGINT; the JVM ends with it by itself. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** Code to meaning, in the order of the help. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        meanings.put(Integer.toString(OK), "done");
        meanings.put(Integer.toString(FAILURE), "the command failed; one line on stderr says why");
        meanings.put(Integer.toString(USAGE), "wrong usage: an option, a value or a setting");
        meanings.put(Integer.toString(INCOMPATIBLE), "the host's stack does not fit this release");
        meanings.put(Integer.toString(INTERRUPTED), "ended by Ctrl-C");
        return meanings;
    }
}
