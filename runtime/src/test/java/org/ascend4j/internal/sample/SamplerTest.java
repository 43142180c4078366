package org.ascend4j.internal.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final int DRAWS = 100_000;
    private static final float[] LOGITS = {1.5f, -0.5f, 2.5f, 0, 2.5f, -3, 1, 0.25f};

    private final Sampler sampler = new Sampler(LOGITS.length);

    @Test
    void drawsByTemperature() {
        for (float temperature : new float[] {0.3f, 0.7f, 1, 2}) {
            assertDistribution(LOGITS, temperature, 0, 1);
        }
    }

    @Test
    void drawsAmongTheBestK() {
        for (int topK : new int[] {1, 2, 3, 5, 7, 8, 9, 1000}) {
            assertDistribution(LOGITS, 1, topK, 1);
        }
    }

    @Test
    void drawsAmongTheBestWithProbabilityP() {
        for (float topP : new float[] {1e-6f, 0.3f, 0.5f, 0.8f, 0.95f, 0.999f}) {
            assertDistribution(LOGITS, 1, 0, topP);
        }
    }

    @Test
    void appliesTopKBeforeTopP() {
        assertDistribution(LOGITS, 1.3f, 4, 0.6f);
        assertDistribution(LOGITS, 0.6f, 6, 0.9f);
    }

    /** All that tie with the k-th stay, as in vLLM. */
    @Test
    void keepsTiesWithTheKthBest() {
        float[] tied = {1, 2, 1, 1, 0, 0, -1, 2};
        assertDistribution(tied, 1, 3, 1);
        assertDistribution(new float[] {3, 3, 3, 3, 3, 3, 3, 3}, 1, 1, 1);
    }

    /** Among equals the lower id counts as better. */
    @Test
    void cutsTiesByIdForTopP() {
        float[] equal = {3, 3, 3, 3, 3, 3, 3, 3};
        assertDistribution(equal, 1, 0, 0.45f);
        for (int position = 0; position < 1000; position++) {
            assertThat(sampler.sample(equal, new SamplingPlan(1, 0, 1e-9f, 5), position))
                    .isZero();
        }
    }

    @Test
    void isAFunctionOfSeedAndPosition() {
        SamplingPlan plan = new SamplingPlan(1, 0, 0.9f, 77);
        int[] first = IntStream.range(0, 500)
                .map(position -> sampler.sample(LOGITS, plan, position))
                .toArray();
        Sampler other = new Sampler(LOGITS.length);
        for (int position = 499; position >= 0; position--) {
            other.sample(LOGITS, new SamplingPlan(2, 3, 0.5f, position), 1); // leaves no trace
            assertThat(other.sample(LOGITS, plan, position)).isEqualTo(first[position]);
        }
        int[] otherSeed = IntStream.range(0, 500)
                .map(position -> sampler.sample(LOGITS, new SamplingPlan(1, 0, 0.9f, 78), position))
                .toArray();
        assertThat(otherSeed).isNotEqualTo(first);
    }

    @Test
    void allocatesNothingFromRowToRow() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] logits = new float[5000];
        Random random = new Random(2);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 3;
        }
        Sampler large = new Sampler(logits.length);
        SamplingPlan[] plans = {
            new SamplingPlan(1, 0, 0.9f, 1), new SamplingPlan(1, 40, 1, 1), new SamplingPlan(1, 0, 1, 1).withMinP(0.1f)
        };
        int rows = 1000;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int position = 0; position < rows; position++) {
                large.sample(logits, plans[position % plans.length], position);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(rows);
    }

    @Test
    void countsTokensAtTheBorderOfTheListOnce() {
        Sampler wide = new Sampler(20_000);
        for (float best : new float[] {10, 10 + 1e-6f, 3, -1000, 123_456, 0.1f}) {
            float border = best - 10;
            float[] around = {Math.nextDown(border), border, Math.nextUp(border), border};
            float[] logits = new float[20_000];
            double sum = 0;
            for (int id = 0; id < logits.length; id++) {
                logits[id] = id == 5000 ? best : around[id % around.length];
                sum += Math.exp((double) logits[id] - best);
            }
            int certain = 0;
            for (int position = 0; position < 1000; position++) {
                certain += wide.sample(logits, new SamplingPlan(1, 0, 1, 6), position) == 5000 ? 1 : 0;
            }
            // Four standard deviations.
            assertThat(certain / 1000.0).as("best %s", best).isBetween(1 / sum - 0.064, 1 / sum + 0.064);
        }
    }

    @Test
    void leavesTheLogitsAlone() {
        float[] logits = LOGITS.clone();
        sampler.sample(logits, new SamplingPlan(0.7f, 3, 0.8f, 1), 0);
        assertThat(logits).isEqualTo(LOGITS);
    }

    @Test
    void neverDrawsWhatIsNoNumberOrImpossible() {
        float[] logits = {Float.NaN, 1, Float.NEGATIVE_INFINITY, 0.5f, Float.NaN, 2, Float.NaN, -1};
        for (int topK : new int[] {0, 2, 6, 8}) {
            for (float topP : new float[] {0.5f, 1}) {
                for (int position = 0; position < 2000; position++) {
                    int id = sampler.sample(logits, new SamplingPlan(1.5f, topK, topP, 9), position);
                    assertThat(id).isIn(1, 3, 5, 7);
                }
            }
        }
    }

    @Test
    void takesAnInfiniteLogitForCertain() {
        float[] logits = {0, 1, Float.POSITIVE_INFINITY, 5, Float.POSITIVE_INFINITY, 2, 3, 4};
        for (float topP : new float[] {0.5f, 1}) {
            boolean[] seen = new boolean[logits.length];
            for (int position = 0; position < 200; position++) {
                seen[sampler.sample(logits, new SamplingPlan(1, 0, topP, 3), position)] = true;
            }
            boolean both = topP == 1;
            assertThat(seen).containsExactly(false, false, true, false, both, false, false, false);
        }
    }

    @Test
    void findsNothingInARowWithoutNumbers() {
        for (float damaged : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[] logits = new float[8];
            Arrays.fill(logits, damaged);
            for (int topK : new int[] {0, 3}) {
                assertThat(sampler.sample(logits, new SamplingPlan(1, topK, 0.9f, 1), 0))
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void takesMinusZeroForZero() {
        float[] zeros = {-0f, 0f, -0f, 0f, 0f, -0f, 0f, -0f};
        assertDistribution(zeros, 1, 0, 0.45f);
        assertDistribution(zeros, 1, 3, 1);
    }

    @Test
    void dropsWhatIsFarLessLikelyThanTheBest() {
        for (float minP : new float[] {0, 1e-3f, 0.05f, 0.3f, 0.9f, 1}) {
            assertDistribution(LOGITS, new SamplingPlan(1, 0, 1, 20_26).withMinP(minP));
            assertDistribution(LOGITS, new SamplingPlan(1.7f, 6, 0.9f, 20_26).withMinP(minP));
        }
    }

    /** Logits so near to each other that all fall into one step, and so far apart that most are far from the best. */
    @Test
    void cutsAtTheRightTokenWhereverLogitsLie() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            float spread = (float) Math.pow(10, random.nextInt(6) - 4);
            float[] logits = new float[LOGITS.length];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = spread * (random.nextBoolean() ? random.nextInt(4) : (float) random.nextGaussian());
            }
            float topP = random.nextInt(4) == 0 ? 1 : random.nextFloat();
            assertDistribution(
                    "seed " + seed + " round " + round,
                    logits,
                    new SamplingPlan(0.5f + random.nextFloat(), random.nextInt(9), Math.max(1e-6f, topP), seed),
                    4000);
        }
    }

    @Test
    void drawsFromTheTailOfAWideRow() {
        float[] logits = new float[100_000];
        Arrays.fill(logits, -11.5f);
        logits[70_000] = 0;
        Sampler wide = new Sampler(logits.length);
        double share = 1 / (1 + 99_999 * Math.exp(-11.5));
        int best = 0;
        int upper = 0;
        for (int position = 0; position < 4000; position++) {
            int id = wide.sample(logits, new SamplingPlan(1, 0, 1, 8), position);
            best += id == 70_000 ? 1 : 0;
            upper += id != 70_000 && id >= 50_000 ? 1 : 0;
        }
        // Five standard deviations.
        assertThat(best / 4000.0).isBetween(share - 0.04, share + 0.04);
        assertThat(upper / 4000.0).isBetween((1 - share) / 2 - 0.04, (1 - share) / 2 + 0.04);
    }

    @Test
    void survivesLogitsFarApart() {
        float[] logits = {-3e38f, 3e38f, 0, 1e30f, -1e30f, 5, 2, 1};
        for (float temperature : new float[] {1e-5f, 1, 2}) {
            assertThat(sampler.sample(logits, new SamplingPlan(temperature, 0, 0.9f, 1), 3))
                    .isEqualTo(1);
        }
    }

    @Test
    void drawsFromALargeVocabulary() {
        Random random = new Random(1);
        float[] logits = new float[150_000];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        Sampler large = new Sampler(logits.length);
        float threshold = new KthLargest().of(logits, 40);
        for (int position = 0; position < 50; position++) {
            int id = large.sample(logits, new SamplingPlan(1, 40, 0.95f, 4), position);
            assertThat(logits[id]).isGreaterThanOrEqualTo(threshold);
        }
    }

    /** Chi-square of many draws, at positions 0 and up, against the distribution by definition. */
    private void assertDistribution(float[] logits, float temperature, int topK, float topP) {
        assertDistribution(logits, new SamplingPlan(temperature, topK, topP, 20_26));
    }

    private void assertDistribution(float[] logits, SamplingPlan plan) {
        assertDistribution("", logits, plan, DRAWS);
    }

    private void assertDistribution(String what, float[] logits, SamplingPlan plan, int draws) {
        double[] expected = distribution(logits, plan);
        int[] counts = new int[logits.length];
        for (int position = 0; position < draws; position++) {
            counts[sampler.sample(logits, plan, position)]++;
        }
        double chiSquare = 0;
        double rareMean = 0;
        int rare = 0;
        for (int id = 0; id < counts.length; id++) {
            double mean = expected[id] * draws;
            if (mean == 0) {
                assertThat(counts[id])
                        .as("%s: draws of %d by %s", what, id, plan)
                        .isZero();
            } else if (mean < 5) {
                rareMean += mean;
                rare += counts[id];
            } else {
                chiSquare += (counts[id] - mean) * (counts[id] - mean) / mean;
            }
        }
        assertThat(rare).as("%s: rare draws by %s", what, plan).isBetween(0, (int)
                (rareMean + 8 * Math.sqrt(rareMean + 1)));
        // Up to 7 degrees of freedom: beyond 35 once in a hundred thousand.
        assertThat(chiSquare)
                .as("%s %s: %s for %s", what, plan, Arrays.toString(counts), Arrays.toString(expected))
                .isLessThan(35);
    }

    private static double[] distribution(float[] logits, SamplingPlan plan) {
        int topK = plan.topK();
        double[] weights = new double[logits.length];
        Integer[] order = IntStream.range(0, logits.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparing((Integer id) -> 0f - logits[id]));
        int kept = topK == 0 ? logits.length : Math.min(topK, logits.length);
        double sum = 0;
        for (int id = 0; id < logits.length; id++) {
            double part = Math.exp((logits[id] - logits[order[0]]) / (double) plan.temperature());
            if (logits[id] >= logits[order[kept - 1]] && part >= plan.minP()) {
                weights[id] = Math.exp((logits[id] - logits[order[0]]) / (double) plan.temperature());
                sum += weights[id];
            }
        }
        double mass = 0;
        for (int id : order) {
            if (mass >= plan.topP() * sum) {
                weights[id] = 0;
            }
            mass += weights[id];
        }
        double total = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / total).toArray();
    }
}
