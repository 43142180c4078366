package org.ascend4j.internal.cli;

import org.ascend4j.error.AscendException;

/** The command line or a setting is wrong, before any work was done. */
final class UsageException extends AscendException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
