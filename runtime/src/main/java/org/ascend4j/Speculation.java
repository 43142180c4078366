package org.ascend4j;

/**
 * Guessing several tokens ahead, which the model then checks in one step; answers stay the same, token by token. A guess
 * is what followed the answer's last tokens when they occurred before.
 *
 * @param mode when to guess
 * @param tokens most guessed tokens of a request in a step
 * @param shortestNgram fewest tokens that must repeat for a guess
 * @param longestNgram most tokens that are compared
 */
public record Speculation(Mode mode, int tokens, int shortestNgram, int longestNgram) {
    /** When to guess. */
    public enum Mode {
        /** Never. */
        OFF,
        /** While few requests run, and for those whose guesses are often right. */
        ADAPTIVE,
        /** Always. */
        FIXED
    }
}
