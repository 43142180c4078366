package org.ascend4j.internal.acl;

import java.time.Duration;
import java.util.function.IntUnaryOperator;

/** Waits for the device in slices: an unbounded wait would hang for as long as a kernel does, up to 18 minutes. */
final class TimedWait {
    private static final int SLICE_MILLIS = 1000;

    private TimedWait() {}

    /**
     * Calls {@code wait} with slices in milliseconds until it answers something other than {@code timeoutCode} or the
     * time is over; the last answer decides.
     */
    static void run(Duration timeout, int timeoutCode, String call, IntUnaryOperator wait) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is " + timeout + ", expected more than zero");
        }
        long start = System.nanoTime();
        long nanos = timeout.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE / 4 : timeout.toNanos();
        while (true) {
            long left = nanos - (System.nanoTime() - start);
            int slice = (int) Math.max(1, Math.min(SLICE_MILLIS, left / 1_000_000));
            int code = wait.applyAsInt(slice);
            if (code != timeoutCode || nanos - (System.nanoTime() - start) <= 0) {
                Acl.check(code, call);
                return;
            }
            NativeCalls.count();
        }
    }
}
