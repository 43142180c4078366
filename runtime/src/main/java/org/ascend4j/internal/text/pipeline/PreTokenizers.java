package org.ascend4j.internal.text.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.ByteAlphabet;

/** The steps that cut normalized text into the pieces that a model sees one at a time. */
final class PreTokenizers {
    private static final SplitPattern GPT2 =
            SplitPattern.of("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
    private static final SplitPattern WORDS = SplitPattern.of("\\w+|[^\\w\\s]+");
    private static final SplitPattern SPACES = SplitPattern.of("\\s+");
    private static final SplitPattern NUMBERS = SplitPattern.of("\\p{N}");
    private static final SplitPattern PUNCTUATION = SplitPattern.of("[\\p{P}$+<=>^`|~]");

    private PreTokenizers() {}

    /** A piece of text on its way. */
    record Piece(String text, boolean first) {}

    /** One step; whether a piece stands at the text's very beginning matters to some. */
    interface Step {
        void apply(Piece piece, List<Piece> out);

        default List<Piece> applyAll(List<Piece> pieces) {
            List<Piece> out = new ArrayList<>(pieces.size() * 2);
            pieces.forEach(piece -> apply(piece, out));
            return out;
        }
    }

    /** What happens to the matches of a pattern. */
    enum Behavior {
        REMOVED,
        ISOLATED,
        MERGED_WITH_PREVIOUS,
        MERGED_WITH_NEXT,
        CONTIGUOUS;

        static Behavior read(JsonValue value, Behavior absent) {
            if (value.isNull()) {
                return absent;
            }
            return switch (value.text().toLowerCase(java.util.Locale.ROOT).replace("_", "")) {
                case "removed" -> REMOVED;
                case "isolated" -> ISOLATED;
                case "mergedwithprevious" -> MERGED_WITH_PREVIOUS;
                case "mergedwithnext" -> MERGED_WITH_NEXT;
                case "contiguous" -> CONTIGUOUS;
                default -> throw value.wrong("a behavior that is known");
            };
        }
    }

    /** Reads the {@code pre_tokenizer} member into steps in order; none leaves text whole. */
    static List<Step> read(JsonValue value) {
        List<Step> steps = new ArrayList<>();
        if (!value.isNull()) {
            add(value, steps);
        }
        return steps;
    }

    private static void add(JsonValue value, List<Step> steps) {
        switch (value.get("type").text()) {
            case "Sequence" -> value.get("pretokenizers").items().forEach(item -> add(item, steps));
            case "ByteLevel" ->
                steps.add(byteLevel(
                        value.get("add_prefix_space").truth(true),
                        value.get("use_regex").truth(true)));
            case "Split" ->
                steps.add(split(
                        SplitPattern.read(value.get("pattern")),
                        Behavior.read(value.get("behavior"), Behavior.ISOLATED),
                        value.get("invert").truth(false)));
            case "Whitespace" -> steps.add(split(WORDS, Behavior.REMOVED, true));
            case "WhitespaceSplit" -> steps.add(split(SPACES, Behavior.REMOVED, false));
            case "Punctuation" ->
                steps.add(split(PUNCTUATION, Behavior.read(value.get("behavior"), Behavior.ISOLATED), false));
            case "Digits" ->
                steps.add(split(
                        NUMBERS,
                        value.get("individual_digits").truth(false) ? Behavior.ISOLATED : Behavior.CONTIGUOUS,
                        false));
            case "BertPreTokenizer" -> {
                steps.add(split(SPACES, Behavior.REMOVED, false));
                steps.add(split(PUNCTUATION, Behavior.ISOLATED, false));
            }
            case "Metaspace" -> steps.add(metaspace(value));
            default -> throw value.get("type").wrong("a pre-tokenizer that is known");
        }
    }

    private static Step split(SplitPattern pattern, Behavior behavior, boolean invert) {
        return (piece, out) -> {
            int start = -1;
            boolean last = false;
            List<SplitPattern.Span> spans = pattern.spans(piece.text());
            for (int i = 0; i < spans.size(); i++) {
                SplitPattern.Span span = spans.get(i);
                boolean matched = span.matched() != invert;
                boolean joins = i > 0
                        && switch (behavior) {
                            case REMOVED, ISOLATED -> false;
                            case CONTIGUOUS -> matched == last;
                            case MERGED_WITH_PREVIOUS -> matched && !last;
                            case MERGED_WITH_NEXT -> !matched && last;
                        };
                if (!joins) {
                    flush(piece, start, span.from(), out);
                    start = behavior == Behavior.REMOVED && matched ? -1 : span.from();
                }
                last = matched;
            }
            flush(piece, start, piece.text().length(), out);
        };
    }

    private static void flush(Piece piece, int from, int to, List<Piece> out) {
        if (from >= 0 && to > from) {
            out.add(new Piece(piece.text().substring(from, to), piece.first() && from == 0));
        }
    }

    private static Step byteLevel(boolean addPrefixSpace, boolean useRegex) {
        Step words = split(GPT2, Behavior.ISOLATED, false);
        return (piece, out) -> {
            String text = addPrefixSpace && !piece.text().startsWith(" ") ? " " + piece.text() : piece.text();
            List<Piece> parts = new ArrayList<>();
            if (useRegex) {
                words.apply(new Piece(text, piece.first()), parts);
            } else {
                parts.add(new Piece(text, piece.first()));
            }
            parts.forEach(part -> out.add(new Piece(visible(part.text()), part.first())));
        };
    }

    private static String visible(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            out.append(ByteAlphabet.character(b & 0xFF));
        }
        return out.toString();
    }

    private static Step metaspace(JsonValue value) {
        String mark = value.get("replacement").text();
        String scheme =
                value.get("prepend_scheme").text(value.get("add_prefix_space").truth(true) ? "always" : "never");
        if (!List.of("always", "first", "never").contains(scheme)) {
            throw value.get("prepend_scheme").wrong("always, first or never");
        }
        if (mark.codePointCount(0, mark.length()) != 1) {
            throw value.get("replacement").wrong("one character");
        }
        Step cut = split(SplitPattern.of(java.util.regex.Pattern.quote(mark)), Behavior.MERGED_WITH_NEXT, false);
        boolean splits = value.get("split").truth(true);
        return (piece, out) -> {
            String text = piece.text().replace(" ", mark);
            boolean prepend = scheme.equals("always") || scheme.equals("first") && piece.first();
            Piece marked = new Piece(prepend && !text.startsWith(mark) ? mark + text : text, piece.first());
            if (splits) {
                cut.apply(marked, out);
            } else {
                out.add(marked);
            }
        };
    }
}
