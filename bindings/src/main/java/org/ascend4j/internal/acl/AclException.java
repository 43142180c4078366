package org.ascend4j.internal.acl;

/** A native call that failed: the call, its code with CANN's name for it, CANN's own message and what to do. */
public class AclException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int code;
    private final String name;
    private final String detail;
    private final String hint;

    AclException(String call, AclError error, String detail) {
        this(call, error, detail, text(call, error, detail));
    }

    AclException(String call, AclError error, String detail, String message) {
        super(message);
        this.call = call;
        this.code = error.code();
        this.name = error.name();
        this.detail = detail;
        this.hint = error.hint();
    }

    private static String text(String call, AclError error, String detail) {
        StringBuilder text = new StringBuilder(call)
                .append(" failed with ")
                .append(error.code())
                .append(" (")
                .append(error.name())
                .append(')');
        if (!detail.isEmpty()) {
            text.append(": ").append(detail);
        }
        if (!error.hint().isEmpty()) {
            text.append("; ").append(error.hint());
        }
        return text.toString();
    }

    /** The C function that failed. */
    public String call() {
        return call;
    }

    /** The code that it returned; negative codes are the shim's own. */
    public int code() {
        return code;
    }

    /** CANN's name of the code. */
    public String name() {
        return name;
    }

    /** CANN's message on one line, empty when it left none. */
    public String detail() {
        return detail;
    }

    /** What to do about it, empty when the code alone does not tell. */
    public String hint() {
        return hint;
    }
}
