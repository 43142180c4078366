package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BatchSizesTest {
    private static Set<Integer> all(BatchSizes sizes) {
        Set<Integer> all = new TreeSet<>();
        for (int batch = 1; batch <= sizes.most(); batch++) {
            assertThat(sizes.of(batch)).isBetween(batch, sizes.most());
            all.add(sizes.of(batch));
        }
        return all;
    }

    @Test
    void takesVllmsSizesOnAnNpu() {
        assertThat(all(new BatchSizes(false, 40))).containsExactly(1, 2, 4, 8, 16, 24, 32, 40);
        assertThat(all(new BatchSizes(false, 300)))
                .contains(248, 256, 272, 288, 300)
                .doesNotContain(264, 280);
    }

    @Test
    void padsByAQuarterAtMostOnTheHost() {
        BatchSizes sizes = new BatchSizes(true, 256);
        assertThat(all(sizes)).hasSizeLessThan(32).startsWith(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20);
        for (int batch = 1; batch <= 256; batch++) {
            assertThat(sizes.of(batch)).isLessThanOrEqualTo(batch + batch / 4 + 1);
        }
    }

    @Test
    void goesNoFurtherThanTheLargestBatch() {
        assertThat(all(new BatchSizes(true, 13))).endsWith(12, 13);
        assertThat(all(new BatchSizes(false, 3))).containsExactly(1, 2, 3);
    }
}
