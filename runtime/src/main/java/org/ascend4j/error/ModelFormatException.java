package org.ascend4j.error;

/** A model file that cannot be read: the message names the file, the position or field, the value found and what is expected. */
public class ModelFormatException extends AscendException {
    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
