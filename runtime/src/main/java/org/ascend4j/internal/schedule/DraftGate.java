package org.ascend4j.internal.schedule;

/** Follows how many guesses of one sequence were right and stops guessing for a while when too few were. A
 * search that found nothing to guess counts as a wrong guess. */
final class DraftGate {
    private int proposed;
    private int accepted;
    private int closedUntil;

    /** @param generated tokens the sequence has generated */
    boolean open(int generated) {
        return generated >= closedUntil;
    }

    void record(DraftOptions options, int proposedNow, int acceptedNow, int generated) {
        proposed += proposedNow;
        accepted += acceptedNow;
        if (proposed < options.trial()) {
            return;
        }
        if (accepted < options.leastAccepted() * proposed) {
            closedUntil = generated + options.pause();
        }
        // Each trial stands for itself: an answer may turn from prose to a repeated list.
        proposed = 0;
        accepted = 0;
    }
}
