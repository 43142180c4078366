package org.ascend4j.internal.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * What runs now: each sequence at most once, with its rows. Sequences that run a single row come first, so that one
 * attention call can serve them all. A step says all that its forward pass needs, also while later steps are scheduled,
 * and is valid until it has been applied or undone: its entries are used again.
 *
 * <p>Wanted logits are those of the sampled rows, in the order of the entries, then those of the prompt rows, again in
 * the order of the entries.
 *
 * @param number counts steps from 1; a step that is scheduled again after {@link Scheduler#undo} gets a new number
 */
public record Step(long number, List<Entry> entries) {
    private static final int[] NO_DRAFTS = {};

    /**
     * A sequence's rows. The last {@code drafts.length} of them run guessed tokens; if the entry samples, each of them
     * and the row in front of them are sampled, row j to verify guess j.
     */
    public static final class Entry {
        private Sequence sequence;
        private int life;
        private int start;
        private int count;
        private int[] drafts = NO_DRAFTS;
        private boolean samples;
        private int source = -1;
        private int promptFrom;
        private int promptRows;
        private int copySource = Sequence.NO_BLOCK;
        private int copyTarget = Sequence.NO_BLOCK;

        /** Reused, so that a step's garbage does not grow with its batch. */
        Entry() {}

        /** Rows of known tokens after what the cache holds. */
        public Entry(Sequence sequence, int count) {
            set(sequence, sequence.computed(), count, NO_DRAFTS);
            samples = end() == sequence.length();
        }

        void set(Sequence newSequence, int newStart, int newCount, int[] newDrafts) {
            sequence = newSequence;
            life = newSequence.life;
            start = newStart;
            count = newCount;
            drafts = newDrafts;
        }

        /** @param newSource see {@link #source} */
        void sample(boolean newSamples, int newSource) {
            samples = newSamples;
            source = newSource;
        }

        void score(int newPromptFrom, int newPromptRows) {
            promptFrom = newPromptFrom;
            promptRows = newPromptRows;
        }

        void copy(int newSource, int newTarget) {
            copySource = newSource;
            copyTarget = newTarget;
        }

        public Sequence sequence() {
            return sequence;
        }

        /** Position of the first row. */
        public int start() {
            return start;
        }

        /** Rows. */
        public int count() {
            return count;
        }

        /** Guessed tokens that follow the known ones; not to be changed. */
        public int[] drafts() {
            return drafts;
        }

        /** Whether the step reaches the sequence's last known token, so that what follows is sampled. */
        public boolean samples() {
            return samples;
        }

        /**
         * Where the first row's token is not known here yet: its row among the sampled rows of the step before; else
         * -1.
         */
        public int source() {
            return source;
        }

        /** Position of the first row whose logits are wanted because they predict a token of the prompt. */
        public int promptFrom() {
            return promptFrom;
        }

        /** How many such rows there are. */
        public int promptRows() {
            return promptRows;
        }

        /** A block whose content must be copied before the pass; -1 for none. */
        public int copySource() {
            return copySource;
        }

        /** The block that gets it. */
        public int copyTarget() {
            return copyTarget;
        }

        /** Tokens in the cache after the step, guesses included. */
        public int end() {
            return start + count;
        }

        /**
         * Whether the sequence still waits for what these rows bring. To be asked before the step is applied; the
         * results of a sequence that was ended or preempted meanwhile are dropped.
         */
        public boolean wanted() {
            return sequence.life == life;
        }

        /** Rows that are sampled. */
        public int sampledRows() {
            return samples ? drafts.length + 1 : 0;
        }

        /** Position of the token that sampled row {@code row} of this entry brings. */
        public int position(int row) {
            return end() - drafts.length + row;
        }

        /** The id that runs at a position of this entry; -1 if only the device knows it. */
        public int token(int position) {
            int guess = position - (end() - drafts.length);
            if (guess >= 0) {
                return drafts[guess];
            }
            return source >= 0 ? -1 : sequence.token(position);
        }

        /** How many guesses the sampled ids, from {@code row} on, confirm. */
        int accepted(int[] sampled, int row) {
            int accepted = 0;
            while (accepted < drafts.length && sampled[row + accepted] == drafts[accepted]) {
                accepted++;
            }
            return accepted;
        }

        @Override
        public String toString() {
            return sequence.id() + ": " + count + " from " + start + ", drafts " + Arrays.toString(drafts)
                    + (samples ? ", sampled" : "") + ", source " + source + ", prompt rows " + promptRows + " from "
                    + promptFrom + ", copy " + copySource + " to " + copyTarget;
        }
    }

    /** A step outside a scheduler's count. */
    public Step(List<Entry> entries) {
        this(0, entries);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Rows of all entries. */
    public int tokens() {
        int sum = 0;
        for (int index = 0; index < entries.size(); index++) {
            Entry entry = entries.get(index);
            sum += entry.count();
        }
        return sum;
    }

    /** Rows that are sampled: one for each entry that gets a new token and one more for each of its guesses. */
    public int sampledRows() {
        int sum = 0;
        for (int index = 0; index < entries.size(); index++) {
            Entry entry = entries.get(index);
            sum += entry.sampledRows();
        }
        return sum;
    }

    /** Rows whose logits are wanted for the prompt's own tokens. */
    public int promptRows() {
        int sum = 0;
        for (int index = 0; index < entries.size(); index++) {
            Entry entry = entries.get(index);
            sum += entry.promptRows();
        }
        return sum;
    }
}
