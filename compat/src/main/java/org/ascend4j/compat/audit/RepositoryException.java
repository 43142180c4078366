package org.ascend4j.compat.audit;

/** A repository that cannot be read, or is beyond the limits; the message says what to do. */
public final class RepositoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RepositoryException(String message) {
        super(message);
    }

    RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
