package org.ascend4j.bench;

/** A command line that makes no sense; its message is all that the user gets to see. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    /** @throws UsageException if {@code value} is less than {@code least} */
    static void requireAtLeast(String option, long value, long least) {
        if (value < least) {
            throw new UsageException(option + ": found " + value + ", expected at least " + least);
        }
    }
}
