package org.ascend4j.error;

/** The root of everything this library throws on purpose: one line that says what was found and what to do. */
public class AscendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AscendException(String message) {
        super(message);
    }

    public AscendException(String message, Throwable cause) {
        super(message, cause);
    }
}
