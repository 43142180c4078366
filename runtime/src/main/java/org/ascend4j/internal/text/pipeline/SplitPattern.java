package org.ascend4j.internal.text.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.json.JsonValue;

/**
 * A pattern of a tokenizer file, matched with a budget: the pattern is a stranger's and may backtrack without end. Every
 * character that the matcher looks at is counted; real patterns look at each a few times.
 */
final class SplitPattern {
    private static final int MAX_CHARS = 2048;
    private static final int MAX_RESULT_CHARS = 16 << 20;
    private static final int MAX_GROUPS = 100;
    private static final int MAX_CLASSES = 200;
    private static final long LOOKS_PER_CHAR = 60;
    private static final long LOOKS = 2_000_000;

    private final Pattern pattern;

    private SplitPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Reads {@code {"String": …}} or {@code {"Regex": …}}. */
    static SplitPattern read(JsonValue value) {
        if (value.has("String")) {
            String text = value.get("String").text();
            if (text.isEmpty() || text.length() > MAX_CHARS) {
                throw value.get("String").wrong("1 to " + MAX_CHARS + " characters");
            }
            return new SplitPattern(Pattern.compile(Pattern.quote(text)));
        }
        return regex(value.get("Regex"));
    }

    private static SplitPattern regex(JsonValue value) {
        String source = value.text();
        boolean plain = source.length() <= MAX_CHARS
                && source.chars().filter(c -> c == '(').count() <= MAX_GROUPS
                && source.chars().filter(c -> c == '[').count() <= MAX_CLASSES
                && !source.matches("(?s).*\\\\[1-9k].*");
        if (!plain) {
            throw value.wrong("a pattern of at most " + MAX_CHARS + " characters and " + MAX_GROUPS
                    + " groups, without back references");
        }
        try {
            // \s, \w and \d mean all of Unicode, as in the library that files are written for.
            return new SplitPattern(Pattern.compile(
                    source.replaceAll(
                            "\\\\p\\{(Han|Hiragana|Katakana|Hangul|Latin|Cyrillic|Thai|Arabic)}", "\\\\p{Is$1}"),
                    Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE));
        } catch (PatternSyntaxException | StackOverflowError e) {
            throw value.wrong("a regular expression that is understood");
        }
    }

    /** A pattern of this program's own. */
    static SplitPattern of(String regex) {
        return new SplitPattern(Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS));
    }

    /** A part of a text, matched or between matches. */
    record Span(int from, int to, boolean matched) {}

    /** All parts of a text in order; empty ones are left out. */
    List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        int end = 0;
        Matcher matcher = matcher(text);
        while (find(matcher)) {
            if (matcher.end() == matcher.start()) {
                continue;
            }
            if (matcher.start() > end) {
                spans.add(new Span(end, matcher.start(), false));
            }
            end = matcher.end();
            spans.add(new Span(matcher.start(), end, true));
        }
        if (end < text.length()) {
            spans.add(new Span(end, text.length(), false));
        }
        return spans;
    }

    String replaceAll(String text, String replacement) {
        StringBuilder out = new StringBuilder(text.length());
        int end = 0;
        Matcher matcher = matcher(text);
        while (find(matcher)) {
            out.append(text, end, matcher.start()).append(replacement);
            end = matcher.end();
            if (out.length() > MAX_RESULT_CHARS) {
                throw new InvalidRequestException(
                        "text",
                        "this model's tokenizer.json makes more than " + MAX_RESULT_CHARS + " characters of it");
            }
        }
        return out.append(text, end, text.length()).toString();
    }

    private Matcher matcher(String text) {
        return pattern.matcher(new Counted(text, new long[] {LOOKS + LOOKS_PER_CHAR * text.length()}));
    }

    private static boolean find(Matcher matcher) {
        try {
            return matcher.find();
        } catch (StackOverflowError e) {
            throw tooCostly();
        }
    }

    private static InvalidRequestException tooCostly() {
        return new InvalidRequestException(
                "text", "the pattern in this model's tokenizer.json takes too many steps for it; send less of it");
    }

    /** A text that counts how often it is looked at. */
    private record Counted(String text, long[] left) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw tooCostly();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
