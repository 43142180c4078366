package org.ascend4j;

/**
 * Whether a model calls functions.
 *
 * @param kind what it is free to do
 * @param name the function that it has to call; empty but for {@link Kind#NAMED}
 * @param parallel whether one answer may have several calls
 */
public record ToolChoice(Kind kind, String name, boolean parallel) {
    /** What a model is free to do. */
    public enum Kind {
        /** Answers or calls, as it sees fit. */
        AUTO,
        /** Answers; is not told of the functions. */
        NONE,
        /** Calls at least one function. */
        REQUIRED,
        /** Calls one function that is named. */
        NAMED
    }

    /** The model decides. */
    public static final ToolChoice AUTO = new ToolChoice(Kind.AUTO, "", true);

    /** No call. */
    public static final ToolChoice NONE = new ToolChoice(Kind.NONE, "", true);

    /** One call or several, and every one of them valid: tokens that would break its schema are kept from being picked. */
    public static final ToolChoice REQUIRED = new ToolChoice(Kind.REQUIRED, "", true);

    public ToolChoice {
        if ((kind == Kind.NAMED) == name.isEmpty()) {
            throw new IllegalArgumentException("found the name '" + name + "' with " + kind);
        }
    }

    /** One call of this function, valid as with {@link #REQUIRED}. */
    public static ToolChoice named(String name) {
        return new ToolChoice(Kind.NAMED, name, false);
    }

    /** Whether several calls are welcome. */
    public ToolChoice withParallel(boolean value) {
        return new ToolChoice(kind, name, value);
    }

    /** Whether there must be a call. */
    public boolean forces() {
        return kind == Kind.REQUIRED || kind == Kind.NAMED;
    }
}
