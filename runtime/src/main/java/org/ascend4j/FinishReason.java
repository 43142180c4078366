package org.ascend4j;

import java.util.Locale;

/** Why an answer ended. */
public enum FinishReason {
    /** The model ended it. */
    STOP,
    /** The model ended it and asks for calls. */
    TOOL_CALLS,
    /** The token limit or the model's context was reached. */
    LENGTH,
    /** The caller gave up. */
    CANCELLED,
    /** The deadline passed before the answer was complete. */
    DEADLINE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
