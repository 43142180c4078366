package org.ascend4j.internal.text.pipeline;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.internal.json.JsonValue;

/**
 * The tokens that are found in text as they stand, before anything is cut: markers, which count only where the caller says
 * so, and words that the model's makers added, which always count. The leftmost goes first, the longest of those.
 */
final class AddedTokens {
    private static final int MAX_TOKENS = 1 << 17;
    private static final int MAX_CONTENT_CHARS = 1024;

    /** One of them, with the flags of the file. */
    record Added(
            int id,
            String content,
            boolean singleWord,
            boolean leftStrip,
            boolean rightStrip,
            boolean normalized,
            boolean marker) {}

    /** A part of a text: a token that was found in it, or the text between such tokens if {@code id} is -1. */
    record Part(int from, int to, int id) {}

    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>(2);
        private Added token;
    }

    private final Map<Integer, Added> byId = new HashMap<>();
    private final BitSet special = new BitSet();
    private final Node raw = new Node();
    private final Node words = new Node();
    private final Node normalizedRaw = new Node();
    private final Node normalizedWords = new Node();
    private final Node markers = new Node();
    private final Node shielded = new Node();
    private int size;

    private AddedTokens() {}

    static AddedTokens read(JsonValue value, ModelVocabulary vocabulary, Normalizer normalizer) {
        AddedTokens tokens = new AddedTokens();
        if (value.list().size() > MAX_TOKENS) {
            throw value.wrong("at most " + MAX_TOKENS + " tokens");
        }
        for (JsonValue item : value.items()) {
            tokens.add(item, vocabulary, normalizer);
        }
        return tokens;
    }

    private void add(JsonValue item, ModelVocabulary vocabulary, Normalizer normalizer) {
        String content = item.get("content").text();
        int id = (int) item.get("id").integer(0, ModelVocabulary.MAX_ID);
        if (content.isEmpty() || content.length() > MAX_CONTENT_CHARS) {
            throw item.get("content").wrong("1 to " + MAX_CONTENT_CHARS + " characters");
        }
        int known = vocabulary.id(content);
        Optional<String> other = vocabulary.token(id);
        if (known >= 0 && known != id || other.isPresent() && !other.get().equals(content)) {
            throw item.get("id").wrong(known >= 0 ? known + ", the id of this piece in the vocabulary" : "a free id");
        }
        boolean isSpecial = item.get("special").truth(false);
        boolean normalized = item.get("normalized").truth(!isSpecial);
        Added token = new Added(
                id,
                content,
                item.get("single_word").truth(false),
                item.get("lstrip").truth(false),
                item.get("rstrip").truth(false),
                normalized,
                isSpecial || looksLikeMarker(content));
        if (byId.put(id, token) != null) {
            throw item.get("id").wrong("an id that no other added token has");
        }
        special.set(id, isSpecial);
        size = Math.max(size, id + 1);
        String text = normalized ? normalizer.apply(content) : content;
        put(normalized ? normalizedRaw : raw, text, token);
        if (token.marker()) {
            put(markers, content, token);
            put(shielded, content, token);
        } else {
            put(normalized ? normalizedWords : words, text, token);
        }
        if (!token.marker() && !normalized) {
            put(shielded, content, token);
        }
    }

    private static void put(Node root, String text, Added token) {
        Node node = root;
        for (int i = 0; i < text.length(); i++) {
            node = node.next.computeIfAbsent(text.charAt(i), key -> new Node());
        }
        if (!text.isEmpty()) {
            node.token = token;
        }
    }

    Optional<Added> get(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Whether the file calls it special: such tokens are left out of decoded text. */
    boolean isSpecial(int id) {
        return special.get(id);
    }

    /** Whether it is a marker: special, or written like one. */
    boolean isMarker(int id) {
        Added token = byId.get(id);
        return token != null && token.marker();
    }

    Iterable<Added> all() {
        return byId.values();
    }

    /** One more than the greatest id. */
    int size() {
        return size;
    }

    /** Parts of a text as it came, by the tokens that are looked for there. */
    List<Part> partition(String text, boolean parseSpecial) {
        return partition(text, parseSpecial ? raw : words);
    }

    /**
     * Parts of a text in which users' markers are broken: all markers count as they stand, since a normalizer could make
     * one of what a user wrote.
     */
    List<Part> partitionShielded(String text) {
        return partition(text, shielded);
    }

    /** Parts of a text behind the normalizer. */
    List<Part> partitionNormalized(String text, boolean parseSpecial) {
        return partition(text, parseSpecial ? normalizedRaw : normalizedWords);
    }

    /** The longest marker that begins at {@code at}, or null. */
    Added markerAt(String text, int at) {
        return longest(markers, text, at);
    }

    /** Whether a marker begins with all of the text from {@code at} on, and is longer. */
    boolean isMarkersHead(String text, int at) {
        Node node = markers;
        for (int i = at; i < text.length() && node != null; i++) {
            node = node.next.get(text.charAt(i));
        }
        return node != null && !node.next.isEmpty();
    }

    private static Added longest(Node root, String text, int at) {
        Added found = null;
        Node node = root;
        for (int i = at; i < text.length(); i++) {
            node = node.next.get(text.charAt(i));
            if (node == null) {
                break;
            }
            found = node.token != null ? node.token : found;
        }
        return found;
    }

    private static List<Part> partition(String text, Node root) {
        List<Part> parts = new ArrayList<>();
        int plain = 0;
        int at = root.next.isEmpty() ? text.length() : 0;
        while (at < text.length()) {
            int length = matched(root, text, at);
            Added token = length > 0 ? longest(root, text, at) : null;
            if (token == null || token.singleWord() && insideWord(text, at, at + length)) {
                at += length > 0 ? length : 1;
                continue;
            }
            int from = at;
            int to = at + length;
            while (token.leftStrip() && from > plain && Normalizer.isWhitespace(text.charAt(from - 1))) {
                from--;
            }
            while (token.rightStrip() && to < text.length() && Normalizer.isWhitespace(text.charAt(to))) {
                to++;
            }
            if (from > plain) {
                parts.add(new Part(plain, from, -1));
            }
            parts.add(new Part(from, to, token.id()));
            plain = to;
            at = to;
        }
        if (plain < text.length()) {
            parts.add(new Part(plain, text.length(), -1));
        }
        return parts;
    }

    private static int matched(Node root, String text, int at) {
        int length = 0;
        Node node = root;
        for (int i = at; i < text.length(); i++) {
            node = node.next.get(text.charAt(i));
            if (node == null) {
                break;
            }
            length = node.token != null ? i + 1 - at : length;
        }
        return length;
    }

    private static boolean insideWord(String text, int from, int to) {
        return from > 0 && isWord(text.codePointBefore(from)) || to < text.length() && isWord(text.codePointAt(to));
    }

    private static boolean isWord(int point) {
        return Character.isLetterOrDigit(point) || Character.getType(point) == Character.CONNECTOR_PUNCTUATION;
    }

    /** Some files call markers ordinary words; a user must not be able to type one all the same. */
    private static boolean looksLikeMarker(String token) {
        return token.startsWith("<|") && token.endsWith("|>")
                || token.startsWith("<\uFF5C") && token.endsWith("\uFF5C>");
    }
}
