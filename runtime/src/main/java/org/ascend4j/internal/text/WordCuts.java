package org.ascend4j.internal.text;

/**
 * The cuts that pre-tokenization rules are made of, written as scanners instead of regular expressions so that no input
 * can make them backtrack. Each adds the ends of its pieces to {@code out}. Letters and numbers are those of the running
 * Java's Unicode version (13 in Java 17, 16 in Java 25); llama.cpp's tables are of Unicode 15, so a character that was
 * added in between may be cut differently.
 */
final class WordCuts {
    private static final int OUTSIDE = 0;
    private static final int OTHER = 1;
    private static final int SPACE = 2;
    private static final int LETTER = 3;
    private static final int NUMBER = 4;

    private WordCuts() {}

    /** {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. */
    static void gpt2(int[] points, int from, int to, IntList out) {
        int at = from;
        while (at < to) {
            int end = contraction(points, at, to, false);
            if (end == at) {
                int first = points[at] == ' ' && at + 1 < to && kind(points[at + 1]) != SPACE ? at + 1 : at;
                int kind = kind(points[first]);
                end = kind == SPACE ? spaces(points, at, to) : run(points, first, to, kind);
            }
            out.add(end);
            at = end;
        }
    }

    /**
     * <code>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+
     * |\s+(?!\S)|\s+</code>.
     */
    static void llama3(int[] points, int from, int to, int digits, IntList out) {
        int at = from;
        while (at < to) {
            int end = contraction(points, at, to, true);
            if (end == at) {
                end = llama3Word(points, at, to, digits);
            }
            out.add(end);
            at = end;
        }
    }

    private static int llama3Word(int[] points, int at, int to, int digits) {
        int point = points[at];
        int kind = kind(point);
        int next = at + 1 < to ? kind(points[at + 1]) : OUTSIDE;
        if (kind == LETTER || next == LETTER && kind != NUMBER && !isLineEnd(point)) {
            return run(points, at + 1, to, LETTER);
        }
        if (kind == NUMBER) {
            return run(points, at, Math.min(to, at + digits), NUMBER);
        }
        boolean leadingSpace = point == ' ' && next == OTHER;
        if (kind == OTHER || leadingSpace) {
            int end = run(points, leadingSpace ? at + 1 : at, to, OTHER);
            while (end < to && isLineEnd(points[end])) {
                end++;
            }
            return end;
        }
        int lastLineEnd = at;
        for (int i = at; i < to && kind(points[i]) == SPACE; i++) {
            lastLineEnd = isLineEnd(points[i]) ? i + 1 : lastLineEnd;
        }
        return lastLineEnd > at ? lastLineEnd : spaces(points, at, to);
    }

    /** Every number character alone, the rest between them as it is: {@code \p{N}}. */
    static void eachNumber(int[] points, int from, int to, IntList out) {
        for (int i = from; i < to; i++) {
            if (kind(points[i]) == NUMBER) {
                if (i > from) {
                    out.add(i);
                }
                out.add(i + 1);
                from = i + 1;
            }
        }
        if (from < to) {
            out.add(to);
        }
    }

    /** Runs of numbers apart from the rest: {@code \p{N}+}. */
    static void numbers(int[] points, int from, int to, IntList out) {
        for (int i = from + 1; i < to; i++) {
            if ((kind(points[i]) == NUMBER) != (kind(points[i - 1]) == NUMBER)) {
                out.add(i);
            }
        }
        out.add(to);
    }

    /** Runs of punctuation apart from the rest: {@code [\p{P}\$\+<=>\^~\|]+}. */
    static void punctuation(int[] points, int from, int to, IntList out) {
        for (int i = from + 1; i < to; i++) {
            if (isPunctuation(points[i]) != isPunctuation(points[i - 1])) {
                out.add(i);
            }
        }
        out.add(to);
    }

    /** ASCII digits in groups of three: {@code [0-9][0-9][0-9]}. */
    static void threeDigits(int[] points, int from, int to, IntList out) {
        int start = from;
        int i = from;
        while (i + 3 <= to) {
            if (isDigit(points[i]) && isDigit(points[i + 1]) && isDigit(points[i + 2])) {
                if (i > start) {
                    out.add(i);
                }
                i += 3;
                out.add(i);
                start = i;
            } else {
                i++;
            }
        }
        if (start < to) {
            out.add(to);
        }
    }

    /** The end of an English contraction that begins at {@code at}, or {@code at}. */
    private static int contraction(int[] points, int at, int to, boolean anyCase) {
        if (points[at] != '\'' || at + 1 >= to) {
            return at;
        }
        int first = lower(points[at + 1], anyCase);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return at + 2;
        }
        int second = at + 2 < to ? lower(points[at + 2], anyCase) : 0;
        boolean two = second == 'e' && (first == 'r' || first == 'v') || second == 'l' && first == 'l';
        return two ? at + 3 : at;
    }

    private static int lower(int point, boolean anyCase) {
        return anyCase && point >= 'A' && point <= 'Z' ? point + 32 : point;
    }

    /** The end of a run of white space, less one if text follows and more than one remains. */
    private static int spaces(int[] points, int at, int to) {
        int end = run(points, at, to, SPACE);
        return end < to && end - at > 1 ? end - 1 : end;
    }

    private static int run(int[] points, int from, int to, int kind) {
        int end = from;
        while (end < to && kind(points[end]) == kind) {
            end++;
        }
        return end;
    }

    private static boolean isLineEnd(int point) {
        return point == '\n' || point == '\r';
    }

    private static boolean isDigit(int point) {
        return point >= '0' && point <= '9';
    }

    private static int kind(int point) {
        return switch (Character.getType(point)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            default -> point >= '\t' && point <= '\r' || point == 0x85 ? SPACE : OTHER;
        };
    }

    private static boolean isPunctuation(int point) {
        return switch (Character.getType(point)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> "$+<=>^~|".indexOf(point) >= 0;
        };
    }
}
