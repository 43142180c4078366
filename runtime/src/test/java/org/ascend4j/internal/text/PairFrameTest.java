package org.ascend4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ascend4j.internal.text.PairFrame.Part;
import org.ascend4j.internal.text.PairFrame.Source;
import org.junit.jupiter.api.Test;

class PairFrameTest {
    private static final PairFrame BERT = new PairFrame(List.of(
            new Part(Source.MARKER, 900, 0),
            new Part(Source.FIRST, 0, 0),
            new Part(Source.MARKER, 901, 0),
            new Part(Source.SECOND, 0, 1),
            new Part(Source.MARKER, 901, 1)));

    private static int[] ids(int first, int count) {
        return IntStream.range(first, first + count).toArray();
    }

    @Test
    void putsMarkersAndSegmentsAround() {
        PairFrame.Joined joined = BERT.join(ids(1, 2), ids(50, 1), 100);
        assertThat(joined.tokens()).containsExactly(900, 1, 2, 901, 50, 901);
        assertThat(joined.types()).containsExactly(0, 0, 0, 0, 1, 1);
        assertThat(BERT.markers()).isEqualTo(3);
        assertThat(BERT.greatestType()).isEqualTo(1);
    }

    @Test
    void cutsTheLongerTextFirst() {
        assertThat(BERT.join(ids(1, 2), ids(50, 30), 13).tokens())
                .containsExactly(900, 1, 2, 901, 50, 51, 52, 53, 54, 55, 56, 57, 901);
        assertThat(BERT.join(ids(50, 30), ids(1, 2), 10).tokens())
                .containsExactly(900, 50, 51, 52, 53, 54, 901, 1, 2, 901);
        assertThat(BERT.join(ids(1, 20), ids(50, 30), 10).tokens())
                .containsExactly(900, 1, 2, 3, 901, 50, 51, 52, 53, 901);
    }

    @Test
    void neverExceedsTheLimitAndKeepsBeginnings() {
        long seed = 77;
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            int a = random.nextInt(40);
            int b = random.nextInt(40);
            int most = 4 + random.nextInt(60);
            PairFrame.Joined joined = BERT.join(ids(1, a), ids(100, b), most);
            assertThat(joined.tokens())
                    .as("seed " + seed + ", " + a + ", " + b + ", " + most)
                    .hasSize(Math.min(most, a + b + 3));
            int[] first = IntStream.of(joined.tokens())
                    .filter(id -> id > 0 && id < 100)
                    .toArray();
            int[] second = IntStream.of(joined.tokens())
                    .filter(id -> id >= 100 && id < 900)
                    .toArray();
            assertThat(first).isEqualTo(ids(1, first.length));
            assertThat(second).isEqualTo(ids(100, second.length));
        }
    }
}
