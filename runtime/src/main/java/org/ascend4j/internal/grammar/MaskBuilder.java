package org.ascend4j.internal.grammar;

import java.util.Arrays;

/**
 * Computes which tokens fit a situation. Inside a run of characters almost every token of a large class stays in the
 * run, whatever comes after; those come from the {@link RunTable}, and only tokens that leave the run are walked byte
 * by byte, from where they leave. Elsewhere few bytes fit and the walk through the tree of tokens is short.
 */
final class MaskBuilder {
    private final Vocabulary vocabulary;
    private final TokenTrie trie;
    private final SituationTable table;
    private final int[] words;
    private final Situation[] path;

    MaskBuilder(Vocabulary vocabulary, SituationTable table) {
        this.vocabulary = vocabulary;
        this.trie = vocabulary.trie();
        this.table = table;
        this.words = new int[vocabulary.maskWords()];
        this.path = new Situation[trie.maxDepth() + 1];
    }

    /** The mask of a situation of the current epoch, from its cache or computed. */
    TokenMask mask(Situation situation) {
        if (situation.mask == null) {
            Arrays.fill(words, 0);
            table.beginWork();
            Situation outside = table.outsideRuns(situation);
            if (outside.readings.length > 0) {
                path[0] = outside;
                walk(1, trie.size());
            }
            for (Reading reading : situation.readings) {
                if (reading.run != null) {
                    addRun(reading);
                }
            }
            if (situation.complete) {
                for (int id : vocabulary.endIds()) {
                    words[id >> 5] |= 1 << id;
                }
            }
            situation.mask = TokenMask.of(words);
            table.keep(situation.mask.bytes());
            Arrays.fill(path, null);
        }
        return situation.mask;
    }

    /** Walks nodes from one to another; the situation before the first is in the path. */
    private void walk(int from, int to) {
        for (int node = from; node < to; ) {
            int depth = trie.depth(node);
            Situation next = table.step(path[depth - 1], trie.label(node));
            if (next.isDead()) {
                node = trie.end(node);
                continue;
            }
            path[depth] = next;
            for (int id = trie.token(node); id >= 0; id = trie.same(id)) {
                words[id >> 5] |= 1 << id;
            }
            node++;
        }
        table.spend(to - from);
    }

    private void addRun(Reading reading) {
        Edge run = reading.run;
        int left = run.max == Node.UNBOUNDED ? Integer.MAX_VALUE : run.max - reading.count;
        RunTable runs = vocabulary.table(run.unit, reading.unitState);
        runs.within(left).addTo(words);
        Situation behind = table.behind(reading);
        table.spend(words.length);
        for (int value = 0; value < 256; value++) {
            int first = runs.firstExit(value);
            int last = runs.firstExit(value + 1);
            if (first == last) {
                continue;
            }
            Situation after = table.step(behind, value);
            if (!after.isDead()) {
                addExits(runs, first, last, run.min - reading.count, left, behind);
            }
        }
    }

    private void addExits(RunTable runs, int first, int last, int min, int max, Situation behind) {
        table.spend(last - first);
        for (int i = first; i < last; i++) {
            int units = runs.exitUnits(i);
            if (units >= min && units <= max) {
                int node = runs.exit(i);
                path[trie.depth(node) - 1] = behind;
                walk(node, trie.end(node));
            }
        }
    }
}
