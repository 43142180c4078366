package org.ascend4j.error;

/** A request or option that breaks a documented rule. Only the caller's request fails; the engine goes on. */
public class InvalidRequestException extends AscendException {
    private static final long serialVersionUID = 1L;

    private final String field;

    /**
     * @param field the option or request field as the caller spells it
     * @param message what was found, what is expected, what to do; the field name is put in front
     */
    public InvalidRequestException(String field, String message) {
        super(field + ": " + message);
        this.field = field;
    }

    /** The option or request field at fault. */
    public String field() {
        return field;
    }
}
