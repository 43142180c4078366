package org.ascend4j.internal.schedule;

/**
 * When guessing tokens ahead is worth its rows.
 *
 * @param most guessed tokens of a sequence in a step; 0 switches drafting off
 * @param runningAtMost sequences that may run at once for drafting to go on: a full batch gains nothing from more rows
 * @param leastAccepted share of guesses that must be accepted for a sequence's drafting to go on
 * @param trial guesses after which that share is looked at
 * @param pause generated tokens after which a sequence that guessed badly may try again
 */
public record DraftOptions(int most, int runningAtMost, double leastAccepted, int trial, int pause) {
    public static final DraftOptions OFF = new DraftOptions(0, 0, 0, 1, 0);

    /** Off where it does not pay: for big batches, and for sequences that accept less than a third. */
    public static DraftOptions adaptive(int most) {
        return new DraftOptions(most, 8, 0.33, 16, 128);
    }

    public DraftOptions {
        if (most < 0 || runningAtMost < 0 || trial < 1 || pause < 0 || !(leastAccepted >= 0 && leastAccepted <= 1)) {
            throw new IllegalArgumentException("drafts: most " + most + ", running " + runningAtMost + ", accepted "
                    + leastAccepted + ", trial " + trial + ", pause " + pause);
        }
    }
}
