package org.ascend4j.internal.schedule;

import java.util.List;

/**
 * What runs now: each sequence at most once, with the number of its tokens. Sequences that run a single token come
 * first, so that one attention call can serve them all.
 */
public record Step(List<Entry> entries) {
    /** A sequence and how many of its pending tokens this step computes. */
    public record Entry(Sequence sequence, int count) {
        /** Whether the step reaches the sequence's last token, so that the next one is sampled. */
        public boolean samples() {
            return sequence.computed() + count == sequence.length();
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Tokens of all entries. */
    public int tokens() {
        int sum = 0;
        for (Entry entry : entries) {
            sum += entry.count();
        }
        return sum;
    }

    /** Entries that get a new token. */
    public List<Entry> sampling() {
        return entries.stream().filter(Entry::samples).toList();
    }
}
