package org.ascend4j.bench.measure;

import java.util.Random;

/** When the requests of an open loop arrive; fixed before the first is sent, so that no answer can slow them. */
public final class Arrivals {
    private Arrivals() {}

    /**
     * A Poisson process: gaps are independent and exponential.
     *
     * @param rate requests a second; infinite lets all arrive at once
     * @return nanoseconds from the start, ascending; the first request arrives after a gap as all do
     */
    public static long[] poisson(int count, double rate, long seed) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate is " + rate + ", expected above 0");
        }
        Random random = new Random(seed);
        long[] times = new long[count];
        double at = 0;
        for (int i = 0; i < count; i++) {
            // 1 − u is never 0, so the gap is finite.
            at += -Math.log(1 - random.nextDouble()) / rate;
            times[i] = Math.round(at * 1e9);
        }
        return times;
    }
}
