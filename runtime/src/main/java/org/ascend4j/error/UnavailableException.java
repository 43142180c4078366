package org.ascend4j.error;

/** The engine takes no request now, or gave up the ones it had: it sleeps, drains, is closed or has failed. */
public class UnavailableException extends AscendException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
