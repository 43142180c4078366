package org.ascend4j.internal.template;

/** A rendering that cannot go on; {@link ChatTemplate} turns it into the library's own exception with the line. */
final class TemplateError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether the template itself refused its input with {@code raise_exception}. */
    private final boolean raised;

    TemplateError(String message) {
        this(message, false);
    }

    TemplateError(String message, boolean raised) {
        super(message, null, false, false);
        this.raised = raised;
    }

    boolean raised() {
        return raised;
    }
}
