package org.ascend4j.internal.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.store.Utf8Path;

/**
 * The command line's arguments as UTF-8. The JVM decodes them by the locale, and in one such as C every other character
 * is lost; the kernel still has the bytes.
 */
final class Arguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char REPLACEMENT = '\ufffd';

    private Arguments() {}

    /**
     * The arguments as they were typed.
     *
     * @param given as the JVM decoded them
     * @throws UsageException if one is not UTF-8, or cannot be known
     */
    static String[] recover(String[] given) {
        if (Utf8Path.localeIsUtf8() && !damaged(given)) {
            return given;
        }
        byte[] commandLine;
        try {
            commandLine = Files.readAllBytes(COMMAND_LINE);
        } catch (IOException unreadable) {
            commandLine = new byte[0];
        }
        return recover(given, commandLine);
    }

    /**
     * As {@link #recover(String[])}.
     *
     * @param commandLine the process's whole command line, each part ended by a zero byte
     */
    static String[] recover(String[] given, byte[] commandLine) {
        List<byte[]> parts = split(commandLine);
        int first = parts.size() - given.length;
        if (first < 0 || !sameWhereAscii(given, parts.subList(first, parts.size()))) {
            return unrecovered(given);
        }
        String[] typed = new String[given.length];
        for (int i = 0; i < typed.length; i++) {
            try {
                typed[i] = Utf8Text.decode(parts.get(first + i));
            } catch (CharacterCodingException invalid) {
                throw new UsageException("argument " + (i + 1) + " is not valid UTF-8");
            }
        }
        return typed;
    }

    /** A program that calls the command has its own command line: the arguments are what it passes. */
    private static String[] unrecovered(String[] given) {
        if (damaged(given)) {
            throw new UsageException("the arguments cannot be read in this locale; run with LC_ALL=C.UTF-8");
        }
        return given;
    }

    private static boolean damaged(String[] given) {
        for (String argument : given) {
            if (argument.indexOf(REPLACEMENT) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean sameWhereAscii(String[] given, List<byte[]> typed) {
        for (int i = 0; i < given.length; i++) {
            if (Utf8Text.isAscii(typed.get(i)) && !Utf8Text.ascii(typed.get(i)).equals(given[i])) {
                return false;
            }
        }
        return true;
    }

    private static List<byte[]> split(byte[] commandLine) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                parts.add(java.util.Arrays.copyOfRange(commandLine, start, i));
                start = i + 1;
            }
        }
        return parts;
    }
}
