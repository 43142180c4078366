package org.ascend4j.internal.sample;

import org.ascend4j.internal.schedule.Sequence;

/**
 * The tokens in front of a sampled row: a sequence's own and the guesses that rows before it confirmed. One object serves
 * all rows.
 */
final class RowHistory {
    private static final int[] NO_GUESSES = {};

    private Sequence sequence;
    private int[] guesses = NO_GUESSES;
    private int known;
    private int length;

    /**
     * @param row the sampled row among those of the sequence's entry
     * @param first position of the token that the first of those rows brings
     */
    void set(Sequence of, int[] drafts, int first, int row) {
        sequence = of;
        guesses = drafts;
        known = first;
        length = first + row;
    }

    Sequence sequence() {
        return sequence;
    }

    int length() {
        return length;
    }

    int promptLength() {
        return sequence.promptLength();
    }

    int generatedLength() {
        return length - promptLength();
    }

    int token(int position) {
        int guess = position - known;
        return guess < 0 ? sequence.token(position) : guesses[guess];
    }
}
