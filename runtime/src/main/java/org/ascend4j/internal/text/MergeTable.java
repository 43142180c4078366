package org.ascend4j.internal.text;

import java.util.HashMap;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;

/**
 * BPE merges as numbers: which two pieces become which, and how early. A piece is a token's id, or a number from the
 * vocabulary's size on for a piece that merging passes through but that is no token.
 */
final class MergeTable implements WordMerger.Merges {
    private static final long FREE = -1;

    private final long[] pairs;
    private final int[] ranks;
    private final int[] results;
    private final int mask;
    private final int[] pieceOfByte = new int[256];
    private final String[] extraPieces;
    private final int vocabularySize;

    MergeTable(GgufVocabulary vocabulary, Map<String, Integer> ids) {
        vocabularySize = vocabulary.tokens().length;
        String[] merges = vocabulary.merges();
        Map<String, Integer> extra = new HashMap<>();
        for (int b = 0; b < 256; b++) {
            pieceOfByte[b] = piece(String.valueOf(ByteAlphabet.character(b)), ids, extra);
        }
        int capacity = Integer.highestOneBit(Math.max(8, merges.length) * 2 - 1) * 2;
        mask = capacity - 1;
        pairs = new long[capacity];
        java.util.Arrays.fill(pairs, FREE);
        ranks = new int[capacity];
        results = new int[merges.length];
        for (int rank = 0; rank < merges.length; rank++) {
            String merge = merges[rank];
            int space = merge.indexOf(' ', 1);
            if (space < 0 || space == merge.length() - 1) {
                throw new ModelFormatException(vocabulary.source() + ": key tokenizer.ggml.merges[" + rank
                        + "]: found \"" + merge + "\", expected two pieces with a space between them");
            }
            String left = merge.substring(0, space);
            String right = merge.substring(space + 1);
            put(piece(left, ids, extra), piece(right, ids, extra), rank);
            // Trained vocabularies list the results in the order of the merges: look there first, it is far quicker.
            int guess = rank == 0 ? -1 : results[rank - 1] + 1;
            results[rank] = isToken(guess, left, right, vocabulary.tokens(), ids)
                    ? guess
                    : piece(left.concat(right), ids, extra);
        }
        extraPieces = new String[extra.size()];
        extra.forEach((text, piece) -> extraPieces[piece - vocabularySize] = text);
    }

    private static boolean isToken(int id, String left, String right, String[] tokens, Map<String, Integer> ids) {
        return id >= 0
                && id < tokens.length
                && tokens[id].length() == left.length() + right.length()
                && tokens[id].startsWith(left)
                && tokens[id].endsWith(right)
                && ids.size() == tokens.length;
    }

    /** The piece that a single byte is. */
    int pieceOfByte(int unsignedByte) {
        return pieceOfByte[unsignedByte];
    }

    @Override
    public int rank(int left, int right) {
        long pair = (long) left << 32 | right;
        for (int slot = slot(pair); pairs[slot] != FREE; slot = slot + 1 & mask) {
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

    /** The text of a piece that is no token. */
    String extraPiece(int piece) {
        return extraPieces[piece - vocabularySize];
    }

    private int piece(String text, Map<String, Integer> ids, Map<String, Integer> extra) {
        Integer id = ids.get(text);
        return id != null ? id : extra.computeIfAbsent(text, t -> vocabularySize + extra.size());
    }

    /** The first of two equal merges counts. */
    private void put(int left, int right, int rank) {
        long pair = (long) left << 32 | right;
        int slot = slot(pair);
        while (pairs[slot] != FREE) {
            if (pairs[slot] == pair) {
                return;
            }
            slot = slot + 1 & mask;
        }
        pairs[slot] = pair;
        ranks[slot] = rank;
    }

    private int slot(long pair) {
        long mixed = pair * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32) & mask;
    }
}
