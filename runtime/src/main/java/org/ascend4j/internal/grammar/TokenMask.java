package org.ascend4j.internal.grammar;

import java.util.Arrays;

/** A set of tokens: a list where that is smaller, else one bit a token. Immutable. */
final class TokenMask {
    private final int[] words;
    private final int[] tokens;

    private TokenMask(int[] words, int[] tokens) {
        this.words = words;
        this.tokens = tokens;
    }

    static TokenMask of(int[] words) {
        int count = 0;
        for (int word : words) {
            count += Integer.bitCount(word);
        }
        if (count >= words.length) {
            return new TokenMask(words.clone(), null);
        }
        int[] tokens = new int[count];
        int next = 0;
        for (int i = 0; i < words.length && next < count; i++) {
            for (int rest = words[i]; rest != 0; rest &= rest - 1) {
                tokens[next++] = 32 * i + Integer.numberOfTrailingZeros(rest);
            }
        }
        return new TokenMask(null, tokens);
    }

    /** Adds the tokens to a mask. */
    void addTo(int[] mask) {
        if (words == null) {
            for (int token : tokens) {
                mask[token >> 5] |= 1 << token;
            }
        } else {
            for (int i = 0; i < words.length; i++) {
                mask[i] |= words[i];
            }
        }
    }

    /** Sets a mask to exactly the tokens; answers whether there is one. */
    boolean copyTo(int[] mask) {
        if (words != null) {
            System.arraycopy(words, 0, mask, 0, words.length);
            return true;
        }
        Arrays.fill(mask, 0);
        addTo(mask);
        return tokens.length > 0;
    }

    long bytes() {
        return 48 + 4L * (words == null ? tokens.length : words.length);
    }
}
