package org.ascend4j.internal.store;

import org.ascend4j.error.AscendException;

/** A model that could not be brought into the cache. */
public final class PullException extends AscendException {
    private static final long serialVersionUID = 1L;

    private final boolean cancelled;

    PullException(String message) {
        this(message, false);
    }

    PullException(String message, boolean cancelled) {
        super(message);
        this.cancelled = cancelled;
    }

    PullException(String message, Throwable cause) {
        super(message, cause);
        this.cancelled = false;
    }

    /** Whether the user ended it. */
    public boolean cancelled() {
        return cancelled;
    }
}
