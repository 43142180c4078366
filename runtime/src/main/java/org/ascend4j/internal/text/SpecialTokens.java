package org.ascend4j.internal.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tokens of a vocabulary that are found in text as they stand, before words are cut: markers, which count only
 * where the caller says so, and words that the model's makers added, which always count. Longer ones go first, over the
 * whole text (the order of llama.cpp).
 */
final class SpecialTokens {
    private static final int BEGINNINGS = 1 << 13;

    private final String[] tokens;
    private final BitSet markers = new BitSet();
    private final int[] all;
    private final int[] addedWords;
    private final Set<Integer> endOfGeneration;

    SpecialTokens(GgufVocabulary vocabulary) {
        tokens = vocabulary.tokens();
        Set<Integer> ends = new TreeSet<>();
        List<Integer> found = new ArrayList<>();
        for (int id = 0; id < tokens.length; id++) {
            int type = vocabulary.type(id);
            boolean end = EndMarkers.NAMES.contains(tokens[id]);
            boolean marker = end
                    || type == TokenType.CONTROL
                    || type == TokenType.UNKNOWN
                    || type == TokenType.USER_DEFINED && looksLikeMarker(tokens[id]);
            markers.set(id, marker);
            if (end) {
                ends.add(id);
            }
            if ((marker || type == TokenType.USER_DEFINED) && !tokens[id].isEmpty()) {
                found.add(id);
            }
        }
        vocabulary.eos().ifPresent(ends::add);
        vocabulary.endOfTurn().ifPresent(ends::add);
        found.sort(Comparator.comparingInt((Integer id) -> -tokens[id].length()));
        all = found.stream().mapToInt(Integer::intValue).toArray();
        addedWords = Arrays.stream(all).filter(id -> !markers.get(id)).toArray();
        endOfGeneration = Collections.unmodifiableSet(ends);
    }

    /** Whether an id is a marker and not text. */
    boolean isMarker(int id) {
        return markers.get(id);
    }

    Set<Integer> endOfGeneration() {
        return endOfGeneration;
    }

    /** A part of a text: a token that was found in it ({@code id >= 0}), or the text between such tokens. */
    record Part(int from, int to, int id) {}

    /** The parts of a text in order; never an empty one. */
    List<Part> partition(String text, boolean parseSpecial) {
        List<Part> parts = text.isEmpty() ? List.of() : List.of(new Part(0, text.length(), -1));
        BitSet beginnings = beginnings(text);
        for (int id : parseSpecial ? all : addedWords) {
            // Most texts hold none of them: look once over the whole text before looking at its parts.
            if (beginnings.get(beginning(tokens[id], 0)) && text.contains(tokens[id])) {
                parts = cut(text, parts, id);
            }
        }
        return parts;
    }

    /** What the tokens in a text can begin with: some vocabularies have thousands, and few share their first two chars. */
    private static BitSet beginnings(String text) {
        BitSet found = new BitSet(BEGINNINGS);
        for (int at = 0; at < text.length(); at++) {
            found.set(beginning(text, at));
            found.set(text.charAt(at) % BEGINNINGS);
        }
        return found;
    }

    /** Two chars, or the only one, as a number below {@link #BEGINNINGS}; different ones may share it. */
    private static int beginning(String text, int at) {
        char first = text.charAt(at);
        return at + 1 < text.length() ? (first * 31 + text.charAt(at + 1)) % BEGINNINGS : first % BEGINNINGS;
    }

    /** As {@link Tokenizer#breakMarkers}. */
    String breakMarkers(String text, char wedge) {
        String broken = text;
        // Breaking one marker can leave another that overlapped with it.
        for (String next = breakOnce(text, wedge); !next.equals(broken); next = breakOnce(broken, wedge)) {
            broken = next;
        }
        return breakTail(broken, wedge);
    }

    /** What stands behind a text could complete a marker that the text ends within. */
    private String breakTail(String text, char wedge) {
        BitSet heads = new BitSet();
        for (int id = markers.nextSetBit(0); id >= 0; id = markers.nextSetBit(id + 1)) {
            String marker = tokens[id];
            for (int at = Math.max(0, text.length() - marker.length() + 1); at < text.length(); at++) {
                if (marker.regionMatches(0, text, at, text.length() - at)) {
                    heads.set(text.offsetByCodePoints(at, 1));
                }
            }
        }
        StringBuilder broken = new StringBuilder(text);
        for (int at = heads.length() - 1; at >= 0; at = heads.previousSetBit(at - 1)) {
            broken.insert(at, wedge);
        }
        return broken.toString();
    }

    private String breakOnce(String text, char wedge) {
        StringBuilder broken = new StringBuilder(text.length() + 8);
        for (Part part : partition(text, true)) {
            boolean marker = part.id() >= 0 && markers.get(part.id()) && part.to() - part.from() > 1;
            int head = marker ? part.from() + Character.charCount(text.codePointAt(part.from())) : part.to();
            broken.append(text, part.from(), head);
            if (head < part.to()) {
                broken.append(wedge).append(text, head, part.to());
            }
        }
        return broken.toString();
    }

    private List<Part> cut(String text, List<Part> parts, int id) {
        String token = tokens[id];
        List<Part> cut = new ArrayList<>(parts.size() + 2);
        for (Part part : parts) {
            int from = part.from();
            int at = part.id() >= 0 ? -1 : text.indexOf(token, from);
            while (at >= 0 && at + token.length() <= part.to()) {
                if (at > from) {
                    cut.add(new Part(from, at, -1));
                }
                from = at + token.length();
                cut.add(new Part(at, from, id));
                at = text.indexOf(token, from);
            }
            if (from < part.to()) {
                cut.add(from == part.from() ? part : new Part(from, part.to(), -1));
            }
        }
        return cut;
    }

    /** Some converters call markers user-defined words; a user must not be able to type one all the same. */
    private static boolean looksLikeMarker(String token) {
        return token.startsWith("<|") && token.endsWith("|>")
                || token.startsWith("<\uFF5C") && token.endsWith("\uFF5C>");
    }
}
