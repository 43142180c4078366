package org.ascend4j.internal.sample;

import org.ascend4j.internal.schedule.Step;

/** The masks of a step's sampled rows. */
@FunctionalInterface
public interface TokenMasks {
    /** No sequence follows a grammar. */
    TokenMasks NONE = (entry, row) -> null;

    /**
     * The mask of one sampled row. Asked once a row and in order; for row j above 0 only if the rows before it brought
     * guesses 0 to j - 1, so a matcher may take guess j - 1 then.
     *
     * @return null where everything may come
     */
    TokenMask mask(Step.Entry entry, int row);
}
