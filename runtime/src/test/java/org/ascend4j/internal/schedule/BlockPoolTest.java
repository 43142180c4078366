package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
