package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogprobReaderTest {
    private final LogprobReader reader = new LogprobReader();

    @Test
    void agreesWithLogSoftmaxInDoublePrecision() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            float[] logits = new float[1 + random.nextInt(3000)];
            float spread = (float) Math.pow(10, random.nextInt(5) - 2);
            for (int i = 0; i < logits.length; i++) {
                logits[i] = spread * (round % 3 == 0 ? random.nextInt(5) - 2 : (float) random.nextGaussian());
            }
            if (round % 5 == 0) {
                logits[random.nextInt(logits.length)] = 1000;
            }
            assertAgrees("seed " + seed + "L round " + round, logits, random.nextInt(logits.length), round % 21);
        }
    }

    private void assertAgrees(String what, float[] logits, int id, int top) {
        double best = IntStream.range(0, logits.length)
                .mapToDouble(i -> logits[i])
                .max()
                .orElseThrow();
        double sum = IntStream.range(0, logits.length)
                .mapToDouble(i -> Math.exp(logits[i] - best))
                .sum();
        double logSum = best + Math.log(sum);
        TokenLogprobs found = reader.read(logits, null, 5, id, top);
        assertThat((double) found.logprob()).as(what).isCloseTo(logits[id] - logSum, offset(1e-4));
        assertThat(found.rank()).as(what).isEqualTo((int) IntStream.range(0, logits.length)
                .filter(i -> logits[i] >= logits[id])
                .count());
        int[] expected = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -logits[i]).thenComparing(i -> i))
                .limit(top)
                .mapToInt(i -> i)
                .toArray();
        assertThat(found.topIds()).as(what).isEqualTo(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found.topLogprobs()[i]).as(what).isCloseTo(logits[expected[i]] - logSum, offset(1e-4));
        }
    }

    @Test
    void givesTheBestRankOne() {
        float[] logits = {1, 4, 2, -1};
        assertThat(reader.read(logits, null, 0, 1, 0).rank()).isOne();
        assertThat(reader.read(logits, null, 0, 3, 0).rank()).isEqualTo(4);
    }

    @Test
    void givesInfiniteLogitsTheirLimits() {
        float[] logits = {0, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
        TokenLogprobs sure = reader.read(logits, null, 0, 1, 4);
        assertThat(sure.logprob()).isZero();
        assertThat(sure.topIds()).containsExactly(1, 0, 2);
        assertThat(reader.read(logits, null, 0, 0, 0).logprob()).isEqualTo(Float.NEGATIVE_INFINITY);
        float[] barred = {0, Float.NEGATIVE_INFINITY, Float.NaN};
        assertThat(reader.read(barred, null, 0, 1, 3).logprob()).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(reader.read(barred, null, 0, 2, 3).logprob()).isEqualTo(Float.NEGATIVE_INFINITY);
        float[] far = new float[8];
        Arrays.fill(far, -3e38f);
        far[3] = 3e38f;
        assertThat(reader.read(far, null, 0, 3, 1).logprob()).isZero();
    }
}
