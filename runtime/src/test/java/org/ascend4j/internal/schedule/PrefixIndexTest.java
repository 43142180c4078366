package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {
    private static final int SIZE = 4;

    private final BlockPool pool = new BlockPool(40, SIZE);
    private PrefixIndex index = new PrefixIndex(pool);

    private static Sequence sequence(SequenceOptions options, int... prompt) {
        return Sequences.of(1, prompt, 8, options);
    }

    /** A sequence that has computed and committed its whole prompt. */
    private Sequence committed(SequenceOptions options, int... prompt) {
        Sequence sequence = sequence(options, prompt);
        for (int block : pool.allocate(pool.blocksFor(prompt.length))) {
            sequence.addBlock(block);
        }
        sequence.advance(prompt.length);
        new Ledger(pool, index).commit(sequence);
        return sequence;
    }

    private List<Integer> find(SequenceOptions options, int... prompt) {
        List<Integer> blocks = new ArrayList<>();
        index.find(sequence(options, prompt), prompt.length - 1, blocks, new ArrayList<>());
        return blocks;
    }

    private static int[] blocks(int... firsts) {
        return Arrays.stream(firsts)
                .flatMap(first -> Arrays.stream(new int[] {first, first + 1, first + 2, first + 3}))
                .toArray();
    }

    @Test
    void findsTheBlocksOfAnEqualBeginning() {
        Sequence first = committed(SequenceOptions.DEFAULT, blocks(0, 10, 20));
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 30, 40)))
                .containsExactly(first.block(0), first.block(1));
        assertThat(find(SequenceOptions.DEFAULT, blocks(10, 0))).isEmpty();
    }

    @Test
    void leavesTheLastTokenToBeComputed() {
        Sequence first = committed(SequenceOptions.DEFAULT, blocks(0, 10));
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10))).containsExactly(first.block(0));
        int[] oneMore = Arrays.copyOf(blocks(0, 10), 9);
        assertThat(find(SequenceOptions.DEFAULT, oneMore)).containsExactly(first.block(0), first.block(1));
    }

    @Test
    void knowsFullBlocksOnly() {
        Sequence first = committed(SequenceOptions.DEFAULT, Arrays.copyOf(blocks(0, 10), 7));
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).containsExactly(first.block(0));
    }

    @Test
    void keepsTenantsAndAdaptersApart() {
        SequenceOptions one = SequenceOptions.DEFAULT.withScope(new PrefixScope("one", ""));
        SequenceOptions two = SequenceOptions.DEFAULT.withScope(new PrefixScope("two", ""));
        SequenceOptions adapted = SequenceOptions.DEFAULT.withScope(new PrefixScope("one", "two"));
        committed(one, blocks(0, 10));
        assertThat(find(one, blocks(0, 10, 20))).hasSize(2);
        assertThat(find(two, blocks(0, 10, 20))).isEmpty();
        assertThat(find(adapted, blocks(0, 10, 20))).isEmpty();
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).isEmpty();
    }

    @Test
    void dropsTheEntryOfABlockThatIsReused() {
        Sequence first = committed(SequenceOptions.DEFAULT, blocks(0, 10));
        pool.release(first.blockTable());
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).hasSize(2);
        pool.allocate(pool.freeBlocks() - 1);
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20)))
                .as("the tail goes before the head")
                .containsExactly(first.block(0));
        pool.allocate(1);
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).isEmpty();
        assertThat(index.size()).isZero();
        assertThat(index.evictions()).isEqualTo(2);
    }

    @Test
    void entersEqualContentOnce() {
        Sequence first = committed(SequenceOptions.DEFAULT, blocks(0, 10));
        committed(SequenceOptions.DEFAULT, blocks(0, 10));
        assertThat(index.size()).isEqualTo(2);
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).containsExactly(first.block(0), first.block(1));
    }

    @Test
    void servesNoForeignContentEvenIfAllHashesAreEqual() {
        index = new PrefixIndex(pool, new byte[32], 0);
        committed(SequenceOptions.DEFAULT, blocks(0));
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10))).hasSize(1);
        assertThat(find(SequenceOptions.DEFAULT, blocks(10, 0))).isEmpty();
        SequenceOptions salted = SequenceOptions.DEFAULT.withScope(new PrefixScope("s", ""));
        assertThat(find(salted, blocks(0, 10))).isEmpty();
        assertThat(index.collisions()).isEqualTo(2);
    }

    /** The same tokens behind another beginning have other keys and values, whatever the hash says. */
    @Test
    void comparesTheWholeChainWhenHashesCollide() {
        index = new PrefixIndex(pool, new byte[32], 1);
        committed(SequenceOptions.DEFAULT, blocks(0, 10));
        int deceived = 0;
        for (int other = 100; other < 20_000; other += 4) {
            Sequence sequence = committed(SequenceOptions.DEFAULT, blocks(other));
            long before = index.collisions();
            List<Integer> found = find(SequenceOptions.DEFAULT, blocks(other, 10, 20));
            if (!found.isEmpty()) {
                assertThat(found).as("only its own first block").containsExactly(sequence.block(0));
                deceived += index.collisions() > before ? 1 : 0;
            }
            pool.release(sequence.blockTable());
        }
        assertThat(deceived).as("collisions behind a true beginning").isPositive();
    }

    @Test
    void findsAgainWhatFollowsABlockThatWasComputedTwice() {
        Sequence first = committed(SequenceOptions.DEFAULT, blocks(0, 10));
        pool.retain(first.block(1));
        pool.release(first.blockTable());
        pool.allocate(pool.freeBlocks()); // evicts the first block, the second stays
        pool.release(1 == first.block(1) ? 2 : 1);
        pool.release(3);
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).isEmpty();
        Sequence again = committed(SequenceOptions.DEFAULT, blocks(0));
        assertThat(find(SequenceOptions.DEFAULT, blocks(0, 10, 20))).containsExactly(again.block(0), first.block(1));
    }

    @Test
    void hashesFromARootOfItsOwn() {
        Sequence here = sequence(SequenceOptions.DEFAULT, blocks(0, 10));
        Sequence there = sequence(SequenceOptions.DEFAULT, blocks(0, 10));
        index.find(here, 7, new ArrayList<>(), new ArrayList<>());
        new PrefixIndex(new BlockPool(4, SIZE)).find(there, 7, new ArrayList<>(), new ArrayList<>());
        assertThat(here.hashes.get(0)).hasSize(32).isNotEqualTo(there.hashes.get(0));
    }

    @Test
    void hashesTheAdapterIntoEveryBlockAndTheSaltIntoTheFirst() {
        Sequence plain = sequence(SequenceOptions.DEFAULT, blocks(0, 10));
        Sequence salted = sequence(SequenceOptions.DEFAULT.withScope(new PrefixScope("a", "")), blocks(0, 10));
        Sequence adapted = sequence(SequenceOptions.DEFAULT.withScope(new PrefixScope("", "a")), blocks(0, 10));
        for (Sequence each : List.of(plain, salted, adapted)) {
            index.find(each, 7, new ArrayList<>(), new ArrayList<>());
        }
        assertThat(salted.hashes.get(0)).isNotEqualTo(plain.hashes.get(0)).isNotEqualTo(adapted.hashes.get(0));
        assertThat(adapted.hashes.get(0)).isNotEqualTo(plain.hashes.get(0));
    }
}
