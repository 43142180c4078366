package org.ascend4j.internal.text.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.IntList;

/**
 * Unigram (SentencePiece): of all ways to cut a piece, the one whose pieces' scores add up to the most (Viterbi). A
 * character that no piece covers is unknown, at a score below all others; neighbouring unknown ones are one.
 */
final class UnigramModel implements TokenModel {
    private static final double UNKNOWN_PENALTY = 10;
    private static final int MAX_PIECE_CHARS = 512;

    /** A node of the tree of all pieces, by character. */
    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>(2);
        private int id = -1;
    }

    private final ModelVocabulary vocabulary;
    private final Node root = new Node();
    private final int unknown;
    private final double unknownScore;
    private final int[] byteTokens;

    private UnigramModel(JsonValue value, ModelVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = (int) value.get("unk_id").integer(0, vocabulary.size() - 1);
        this.byteTokens = value.get("byte_fallback").truth(false) ? vocabulary.byteTokens() : null;
        double least = Double.POSITIVE_INFINITY;
        for (int id = 0; id < vocabulary.size(); id++) {
            least = Math.min(least, vocabulary.score(id));
            String token = vocabulary.token(id).orElseThrow();
            if (token.length() > MAX_PIECE_CHARS) {
                throw value.get("vocab").items().get(id).wrong("a piece of at most " + MAX_PIECE_CHARS + " characters");
            }
            add(token, id);
        }
        unknownScore = least - UNKNOWN_PENALTY;
    }

    static UnigramModel read(JsonValue value, ModelVocabulary vocabulary) {
        return new UnigramModel(value, vocabulary);
    }

    private void add(String token, int id) {
        Node node = root;
        for (int i = 0; i < token.length(); i++) {
            node = node.next.computeIfAbsent(token.charAt(i), key -> new Node());
        }
        if (!token.isEmpty()) {
            node.id = id;
        }
    }

    @Override
    public Worker worker() {
        return this::tokenize;
    }

    private void tokenize(String piece, IntList out) {
        int length = piece.length();
        double[] score = new double[length + 1];
        int[] from = new int[length + 1];
        int[] id = new int[length + 1];
        Arrays.fill(from, -1);
        for (int at = 0; at < length; at += Character.charCount(piece.codePointAt(at))) {
            int next = at + Character.charCount(piece.codePointAt(at));
            boolean covered = false;
            Node node = root.next.get(piece.charAt(at));
            for (int end = at + 1; node != null; end++) {
                if (node.id >= 0) {
                    offer(score, from, id, at, end, node.id, score[at] + vocabulary.score(node.id));
                    covered |= end == next;
                }
                node = end < length ? node.next.get(piece.charAt(end)) : null;
            }
            if (!covered) {
                offer(score, from, id, at, next, unknown, score[at] + unknownScore);
            }
        }
        emit(piece, from, id, out);
    }

    private static void offer(double[] score, int[] from, int[] id, int at, int end, int token, double sum) {
        if (from[end] < 0 || sum > score[end]) {
            from[end] = at;
            score[end] = sum;
            id[end] = token;
        }
    }

    private void emit(String piece, int[] from, int[] id, IntList out) {
        int[] ends = new int[piece.length()];
        int count = 0;
        for (int end = piece.length(); end > 0; end = from[end]) {
            ends[count++] = end;
        }
        for (int i = count - 1; i >= 0; i--) {
            int start = from[ends[i]];
            if (id[ends[i]] != unknown) {
                out.add(id[ends[i]]);
                continue;
            }
            while (i > 0 && id[ends[i - 1]] == unknown) {
                i--;
            }
            emitUnknown(piece.substring(start, ends[i]), out);
        }
    }

    private void emitUnknown(String text, IntList out) {
        int whole = vocabulary.id(text);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean spelled = whole < 0 && byteTokens != null;
        for (int i = 0; spelled && i < bytes.length; i++) {
            spelled = byteTokens[bytes[i] & 0xFF] >= 0;
        }
        if (!spelled) {
            out.add(whole >= 0 ? whole : unknown);
            return;
        }
        for (byte b : bytes) {
            out.add(byteTokens[b & 0xFF]);
        }
    }
}
