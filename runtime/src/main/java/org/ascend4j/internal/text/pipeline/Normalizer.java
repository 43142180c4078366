package org.ascend4j.internal.text.pipeline;

import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.json.JsonValue;

/** A step that rewrites text before it is cut. */
interface Normalizer {
    String apply(String text);

    /** Reads the {@code normalizer} member; none leaves text as it is. */
    static Normalizer read(JsonValue value) {
        if (value.isNull()) {
            return text -> text;
        }
        String type = value.get("type").text();
        return switch (type) {
            case "Sequence" -> sequence(value.get("normalizers"));
            case "NFC", "NFD", "NFKC", "NFKD" -> {
                Form form = Form.valueOf(type);
                yield text -> java.text.Normalizer.normalize(text, form);
            }
            case "Lowercase" -> Normalizer::lowercase;
            case "Strip" ->
                strip(
                        value.get("strip_left").truth(true),
                        value.get("strip_right").truth(true));
            case "StripAccents" -> text -> without(text, Normalizer::isMark);
            case "Prepend" -> {
                String front = value.get("prepend").text();
                yield text -> text.isEmpty() ? text : front + text;
            }
            case "Replace" -> {
                SplitPattern pattern = SplitPattern.read(value.get("pattern"));
                String content = value.get("content").text();
                yield text -> pattern.replaceAll(text, content);
            }
            case "BertNormalizer" -> bert(value);
            default -> throw value.get("type").wrong("a normalizer that is known");
        };
    }

    private static Normalizer sequence(JsonValue values) {
        List<Normalizer> steps = new ArrayList<>();
        values.items().forEach(item -> steps.add(read(item)));
        return text -> {
            String result = text;
            for (Normalizer step : steps) {
                result = step.apply(result);
            }
            return result;
        };
    }

    /** Each character by itself, so that a sigma at the end of a word is like any other. */
    static String lowercase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (point < 0x80) {
                out.append((char) (point >= 'A' && point <= 'Z' ? point + 32 : point));
            } else {
                out.append(Character.toString(point).toLowerCase(java.util.Locale.ROOT));
            }
        });
        return out.toString();
    }

    private static Normalizer strip(boolean left, boolean right) {
        return text -> {
            int from = 0;
            int to = text.length();
            while (left && from < to && isWhitespace(text.codePointAt(from))) {
                from += Character.charCount(text.codePointAt(from));
            }
            while (right && to > from && isWhitespace(text.codePointBefore(to))) {
                to -= Character.charCount(text.codePointBefore(to));
            }
            return text.substring(from, to);
        };
    }

    /** {@code clean_text}, {@code handle_chinese_chars}, {@code strip_accents} and {@code lowercase}, in this order. */
    private static Normalizer bert(JsonValue value) {
        boolean clean = value.get("clean_text").truth(true);
        boolean ideographs = value.get("handle_chinese_chars").truth(true);
        boolean lowercase = value.get("lowercase").truth(true);
        boolean accents = value.get("strip_accents").truth(lowercase);
        return text -> {
            String result = clean ? clean(text) : text;
            result = ideographs ? spaced(result) : result;
            result = accents
                    ? without(
                            java.text.Normalizer.normalize(result, Form.NFD),
                            point -> Character.getType(point) == Character.NON_SPACING_MARK)
                    : result;
            return lowercase ? lowercase(result) : result;
        };
    }

    private static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean kept = point == '\t' || point == '\n' || point == '\r' || point != 0xFFFD && !isOther(point);
            if (kept) {
                out.appendCodePoint(isWhitespace(point) ? ' ' : point);
            }
        });
        return out.toString();
    }

    private static String spaced(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isIdeograph(point)) {
                out.append(' ').appendCodePoint(point).append(' ');
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.toString();
    }

    private static String without(String text, java.util.function.IntPredicate left) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().filter(left.negate()).forEach(out::appendCodePoint);
        return out.toString();
    }

    /** Unicode's White_Space. */
    static boolean isWhitespace(int point) {
        return switch (point) {
            case 0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000 -> true;
            default -> point >= 9 && point <= 13 || point >= 0x2000 && point <= 0x200A;
        };
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    private static boolean isOther(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isIdeograph(int point) {
        return point >= 0x4E00 && point <= 0x9FFF
                || point >= 0x3400 && point <= 0x4DBF
                || point >= 0x20000 && point <= 0x2A6DF
                || point >= 0x2A700 && point <= 0x2B73F
                || point >= 0x2B740 && point <= 0x2B81F
                || point >= 0x2B920 && point <= 0x2CEAF
                || point >= 0xF900 && point <= 0xFAFF
                || point >= 0x2F800 && point <= 0x2FA1F;
    }
}
