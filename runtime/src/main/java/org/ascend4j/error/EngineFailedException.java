package org.ascend4j.error;

/** The engine cannot go on: the device's state is unknown after a failure. The model has to be closed and opened anew. */
public class EngineFailedException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    public EngineFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
