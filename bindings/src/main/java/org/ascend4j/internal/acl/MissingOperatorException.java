package org.ascend4j.internal.acl;

/** The opened CANN lacks a function: says which, what was found and which CANN has it. */
public final class MissingOperatorException extends AclException {
    private static final long serialVersionUID = 1L;

    private final String operator;
    private final String found;
    private final String needed;

    MissingOperatorException(String symbol, String operator, String found, String needed) {
        super(
                symbol,
                AclError.of(AclError.SYMBOL_MISSING),
                "",
                "operator " + operator + " is missing in the CANN found, " + found + "; it comes with CANN " + needed
                        + " and newer: install one, its operator packages included");
        this.operator = operator;
        this.found = found;
        this.needed = needed;
    }

    /** The operator or function that is missing, without the suffix of its first phase. */
    public String operator() {
        return operator;
    }

    /** Version of the opened CANN, {@code unknown} when it does not tell. */
    public String found() {
        return found;
    }

    /** The first CANN that is known to have it. */
    public String needed() {
        return needed;
    }
}
