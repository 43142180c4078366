package org.ascend4j.internal.acl;

/**
 * Counts calls into native code, each thread for itself: what a step costs in crossings. Every call whose answer is
 * checked counts; those that fetch an address or an error text do not.
 */
public final class NativeCalls {
    private static final ThreadLocal<long[]> COUNTS = ThreadLocal.withInitial(() -> new long[1]);

    private NativeCalls() {}

    static void count() {
        COUNTS.get()[0]++;
    }

    /** Calls that this thread has made so far. */
    public static long ofThisThread() {
        return COUNTS.get()[0];
    }
}
