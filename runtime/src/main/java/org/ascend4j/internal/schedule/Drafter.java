package org.ascend4j.internal.schedule;

/** Guesses how a sequence goes on. Called on the engine thread. */
public interface Drafter {
    /** Never guesses. */
    Drafter NONE = (tokens, length, into, most) -> 0;

    /**
     * @param tokens the sequence so far; read only
     * @param length how many of them count
     * @param into gets the guess
     * @param most tokens to guess, at most; no more than fit {@code into}
     * @return how many were guessed, 0 if there is no good guess
     */
    int propose(int[] tokens, int length, int[] into, int most);
}
