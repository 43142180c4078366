package org.ascend4j.internal.text.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.IntList;
import org.ascend4j.internal.text.WordMerger;

/**
 * Byte pair encoding: a piece's characters, then the earliest merge of all neighbours next, until none is left. A
 * character outside the vocabulary is spelled in byte tokens, or becomes the unknown token.
 */
final class BpeModel implements TokenModel, WordMerger.Merges {
    private static final long FREE = -1;

    private final ModelVocabulary vocabulary;
    private final int unknown;
    private final boolean fuseUnknown;
    private final boolean wholePiecesFirst;
    private final int[] byteTokens;
    private final int[] narrow = new int[1 << 16];
    private long[] pairs;
    private int[] ranks;
    private int[] results;

    private BpeModel(JsonValue value, ModelVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = vocabulary.idOf(value.get("unk_token"));
        this.fuseUnknown = value.get("fuse_unk").truth(false);
        this.wholePiecesFirst = value.get("ignore_merges").truth(false);
        this.byteTokens = value.get("byte_fallback").truth(false) ? vocabulary.byteTokens() : null;
        Arrays.setAll(narrow, c -> vocabulary.id(String.valueOf((char) c)));
    }

    static BpeModel read(JsonValue value, ModelVocabulary vocabulary) {
        for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!value.get(name).text("").isEmpty()) {
                throw value.get(name).wrong("none: no family that is known has one");
            }
        }
        if (value.get("dropout").number(0) != 0) {
            throw value.get("dropout").wrong("none");
        }
        BpeModel model = new BpeModel(value, vocabulary);
        model.readMerges(value.get("merges"));
        return model;
    }

    private void readMerges(JsonValue value) {
        List<?> merges = value.list();
        int capacity = Integer.highestOneBit(Math.max(8, merges.size()) * 2 - 1) * 2;
        pairs = new long[capacity];
        Arrays.fill(pairs, FREE);
        ranks = new int[capacity];
        results = new int[merges.size()];
        for (int rank = 0; rank < results.length; rank++) {
            Object merge = merges.get(rank);
            String left;
            String right;
            if (merge instanceof String text && text.indexOf(' ', 1) > 0) {
                left = text.substring(0, text.indexOf(' ', 1));
                right = text.substring(left.length() + 1);
            } else if (merge instanceof List<?> pair
                    && pair.size() == 2
                    && pair.get(0) instanceof String first
                    && pair.get(1) instanceof String second) {
                left = first;
                right = second;
            } else {
                throw value.items().get(rank).wrong("two pieces");
            }
            put(vocabulary.id(left), vocabulary.id(right), rank);
            results[rank] = vocabulary.id(left.concat(right));
            if (vocabulary.id(left) < 0 || vocabulary.id(right) < 0 || results[rank] < 0) {
                throw new JsonValue(value.file(), "model.merges[" + rank + "]", left + " " + right)
                        .wrong("pieces of the vocabulary that make one of it");
            }
        }
    }

    /** The last of two equal merges counts. */
    private void put(int left, int right, int rank) {
        long pair = (long) left << 32 | right & 0xFFFF_FFFFL;
        int slot = slot(pair);
        while (pairs[slot] != FREE && pairs[slot] != pair) {
            slot = slot + 1 & pairs.length - 1;
        }
        pairs[slot] = pair;
        ranks[slot] = rank;
    }

    private int slot(long pair) {
        return (int) (pair * 0x9E37_79B9_7F4A_7C15L >>> 32) & pairs.length - 1;
    }

    @Override
    public int rank(int left, int right) {
        long pair = (long) left << 32 | right;
        for (int slot = slot(pair); pairs[slot] != FREE; slot = slot + 1 & pairs.length - 1) {
            if (pairs[slot] == pair) {
                return ranks[slot];
            }
        }
        return -1;
    }

    @Override
    public int result(int rank) {
        return results[rank];
    }

    @Override
    public Worker worker() {
        WordMerger merger = new WordMerger(this);
        IntList symbols = new IntList(64);
        return (piece, out) -> {
            int whole = wholePiecesFirst ? vocabulary.id(piece) : -1;
            if (whole >= 0) {
                out.add(whole);
                return;
            }
            symbols.clear();
            load(piece, symbols);
            merger.merge(symbols.toArray(), symbols.size(), out);
        };
    }

    private void load(String piece, IntList symbols) {
        boolean lastUnknown = false;
        for (int at = 0; at < piece.length(); ) {
            int point = piece.codePointAt(at);
            int end = at + Character.charCount(point);
            int id = point < narrow.length ? narrow[point] : vocabulary.id(piece.substring(at, end));
            if (id >= 0) {
                symbols.add(id);
                lastUnknown = false;
            } else if (!spell(piece.substring(at, end), symbols) && unknown >= 0) {
                if (!(fuseUnknown && lastUnknown)) {
                    symbols.add(unknown);
                }
                lastUnknown = true;
            }
            at = end;
        }
    }

    private boolean spell(String character, IntList symbols) {
        if (byteTokens == null) {
            return false;
        }
        byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (byteTokens[b & 0xFF] < 0) {
                return false;
            }
        }
        for (byte b : bytes) {
            symbols.add(byteTokens[b & 0xFF]);
        }
        return true;
    }
}
