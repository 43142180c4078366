package org.ascend4j.compat.version;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads PEP 440's permissive spelling of a version from left to right, once, in linear time: no
 * regular expression, so no input can exhaust the stack.
 */
final class Pep440Scanner {
    /** Longer texts are refused: no real version comes near, and big numbers cost quadratic time. */
    private static final int MAX_LENGTH = 8192;

    /** Longer spellings first, so that {@code alpha} is not read as {@code a}. */
    private static final String[][] PRE_SPELLINGS = {
        {"alpha", "a"},
        {"a", "a"},
        {"beta", "b"},
        {"b", "b"},
        {"preview", "rc"},
        {"pre", "rc"},
        {"c", "rc"},
        {"rc", "rc"}
    };

    private static final String[][] POST_SPELLINGS = {{"post", "post"}, {"rev", "post"}, {"r", "post"}};
    private static final String[][] DEV_SPELLINGS = {{"dev", "dev"}};

    private final String text;
    private int at;

    Pep440Scanner(String text) {
        this.text = text.length() > MAX_LENGTH ? "" : Texts.lowerAscii(text);
    }

    private record Mark(String name, BigInteger number) {}

    /** The version that the whole text spells; empty if it spells none. */
    Optional<Pep440Version> version() {
        take('v');
        BigInteger epoch = epoch();
        List<BigInteger> release = release();
        if (release.isEmpty()) {
            return Optional.empty();
        }
        Mark pre = mark(PRE_SPELLINGS);
        BigInteger post = post();
        Mark dev = mark(DEV_SPELLINGS);
        List<String> local = local();
        if (local == null || at != text.length()) {
            return Optional.empty();
        }
        return Optional.of(new Pep440Version(
                epoch,
                release,
                pre == null ? null : new Pep440Version.Pre(pre.name, pre.number),
                post,
                dev == null ? null : dev.number,
                local));
    }

    private BigInteger epoch() {
        int start = at;
        BigInteger number = number();
        if (number != null && take('!')) {
            return number;
        }
        at = start;
        return BigInteger.ZERO;
    }

    private List<BigInteger> release() {
        List<BigInteger> release = new ArrayList<>();
        BigInteger number = number();
        while (number != null) {
            release.add(number);
            if (!(peek(0) == '.' && Texts.isDigit(peek(1)))) {
                break;
            }
            at++;
            number = number();
        }
        return release;
    }

    private BigInteger post() {
        if (peek(0) == '-' && Texts.isDigit(peek(1))) {
            at++;
            return number();
        }
        Mark mark = mark(POST_SPELLINGS);
        return mark == null ? null : mark.number;
    }

    /** A named part such as {@code -rc.1}; a missing number counts as 0. Takes nothing if absent. */
    private Mark mark(String[][] spellings) {
        int start = at;
        takeSeparator();
        for (String[] spelling : spellings) {
            if (text.startsWith(spelling[0], at)) {
                at += spelling[0].length();
                // A separator goes with the name before it, number or not: 1.0a.dev1 and even 1.0a. are valid.
                takeSeparator();
                BigInteger number = number();
                return new Mark(spelling[1], number == null ? BigInteger.ZERO : number);
            }
        }
        at = start;
        return null;
    }

    /** The local part; an empty list if there is none, null if '+' is followed by no proper one. */
    private List<String> local() {
        List<String> parts = new ArrayList<>();
        if (!take('+')) {
            return parts;
        }
        do {
            int start = at;
            while (Texts.isDigit(peek(0)) || (peek(0) >= 'a' && peek(0) <= 'z')) {
                at++;
            }
            if (at == start) {
                return null;
            }
            String part = text.substring(start, at);
            parts.add(Texts.isDigits(part) ? new BigInteger(part).toString() : part);
        } while (takeSeparator());
        return parts;
    }

    private BigInteger number() {
        int start = at;
        while (Texts.isDigit(peek(0))) {
            at++;
        }
        return at == start ? null : new BigInteger(text.substring(start, at));
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private boolean take(char c) {
        boolean there = peek(0) == c;
        at += there ? 1 : 0;
        return there;
    }

    private boolean takeSeparator() {
        boolean there = isSeparator(peek(0));
        at += there ? 1 : 0;
        return there;
    }

    private static boolean isSeparator(char c) {
        return c == '.' || c == '-' || c == '_';
    }
}
