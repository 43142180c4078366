package org.ascend4j.internal.model;

/** How the states of a sequence's tokens become one vector. */
public enum TokenPooling {
    FIRST,
    LAST,
    MEAN;

    /** How many of {@code count} tokens' states it needs. */
    int rows(int count) {
        return this == MEAN ? count : 1;
    }

    /** The first token whose state it needs. */
    int from(int count) {
        return this == LAST ? count - 1 : 0;
    }
}
