package org.ascend4j.error;

import java.time.Duration;

/** More work is queued than the engine was told to hold. Nothing of the refused request remains; it may be sent again. */
public class OverloadedException extends AscendException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * @param message what is full, by how much, and what to do
     * @param retryAfter when there is likely to be room, by the present rate of work
     */
    public OverloadedException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When trying again is likely to succeed. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
