package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
    @Test
    void neverHandsOutTheNullBlock() {
        BlockPool pool = new BlockPool(5, 16);
        assertThat(pool.allocate(4)).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(pool.freeBlocks()).isZero();
    }

    @Test
    void takesNothingWhenTooFewAreFree() {
        BlockPool pool = new BlockPool(5, 16);
        pool.allocate(2);
        assertThat(pool.allocate(3)).isNull();
        assertThat(pool.freeBlocks()).isEqualTo(2);
    }

    @Test
    void reusesTheHeadOfASequenceLast() {
        BlockPool pool = new BlockPool(4, 16);
        pool.release(pool.allocate(3));
        assertThat(pool.allocate(3)).containsExactly(3, 2, 1);
    }

    @Test
    void refusesToReleaseTwice() {
        BlockPool pool = new BlockPool(4, 16);
        int[] table = pool.allocate(1);
        pool.release(table);
        assertThatThrownBy(() -> pool.release(table))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("block 1");
        assertThat(pool.freeBlocks()).isEqualTo(3);
    }

    @Test
    void countsBlocksOfTokens() {
        BlockPool pool = new BlockPool(4, 16);
        assertThat(pool.blocksFor(1)).isEqualTo(1);
        assertThat(pool.blocksFor(16)).isEqualTo(1);
        assertThat(pool.blocksFor(17)).isEqualTo(2);
        assertThat(pool.blocksFor(Integer.MAX_VALUE)).isEqualTo(1 << 27);
    }

    @Test
    void refusesSizesThatHoldNothing() {
        assertThatThrownBy(() -> new BlockPool(1, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockPool(2, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isFreeOnlyAfterItsLastHolder() {
        BlockPool pool = new BlockPool(3, 16);
        int block = pool.take();
        pool.retain(block);
        pool.release(block);
        assertThat(pool.freeBlocks()).isEqualTo(1);
        pool.release(block);
        assertThat(pool.freeBlocks()).isEqualTo(2);
    }

    @Test
    void reusesKeptContentLastAndTheOldestFirst() {
        BlockPool pool = new BlockPool(6, 16);
        int[] held = pool.allocate(5);
        pool.keep(held[1]);
        pool.keep(held[3]);
        pool.release(held[3]);
        pool.release(held[1]);
        pool.release(held[0]);
        pool.release(held[4]);
        assertThat(pool.freeOrder()).containsExactly(held[4], held[0], held[3], held[1]);
    }

    @Test
    void tellsOfContentThatGoesButNotOfContentThatIsHeldAgain() {
        BlockPool pool = new BlockPool(4, 16);
        List<Integer> gone = new ArrayList<>();
        pool.onEviction(gone::add);
        int[] held = pool.allocate(3);
        pool.keep(held[0]);
        pool.keep(held[1]);
        pool.release(held);
        pool.retain(held[1]); // from the middle of the free list
        assertThat(pool.freeOrder()).containsExactly(held[2], held[0]);
        pool.allocate(2);
        assertThat(gone).containsExactly(held[0]);
        assertThat(pool.kept(held[1])).isTrue();
    }

    @Test
    void refusesBlocksItDoesNotHave() {
        BlockPool pool = new BlockPool(4, 16);
        assertThatThrownBy(() -> pool.retain(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.release(4)).isInstanceOf(IllegalArgumentException.class);
        pool.allocate(3);
        assertThatThrownBy(pool::take).isInstanceOf(IllegalStateException.class);
    }
}
