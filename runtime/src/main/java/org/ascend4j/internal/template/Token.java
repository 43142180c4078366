package org.ascend4j.internal.template;

/**
 * One token of a template.
 *
 * @param value the decoded text of TEXT and STRING, the digits of a number, the name, or the operator
 * @param line 1-based line in the template
 */
record Token(Kind kind, String value, int line) {
    enum Kind {
        TEXT,
        OUTPUT_BEGIN,
        OUTPUT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind other, String text) {
        return kind == other && value.equals(text);
    }

    boolean isName(String name) {
        return is(Kind.NAME, name);
    }

    boolean isOperator(String operator) {
        return is(Kind.OPERATOR, operator);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the template" : "'" + value + "'";
    }
}
