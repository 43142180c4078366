package org.ascend4j.internal.template;

/**
 * What one rendering may use, so that no template can hang the process or fill its memory. The limits are far above
 * what real templates need for the longest conversations.
 */
final class Budget {
    static final long MAX_STEPS = 5_000_000;
    static final long MAX_CHARS = 64L << 20;
    static final int MAX_OUTPUT_CHARS = 8 << 20;
    static final int MAX_DEPTH = 200;
    static final int MAX_RANGE = 100_000;

    private long steps;
    private long chars;
    private int depth;
    private int line = 1;

    /** Charges work: one for each node visited or item handled. */
    void steps(long count) {
        steps += count;
        if (count < 0 || steps > MAX_STEPS) {
            throw new TemplateError("more than " + MAX_STEPS + " steps");
        }
    }

    /** Charges text about to be built. */
    void chars(long count) {
        if (!(count >= 0 && count <= MAX_OUTPUT_CHARS)) {
            throw new TemplateError("more than " + MAX_OUTPUT_CHARS + " characters in one text");
        }
        chars += count;
        if (chars > MAX_CHARS) {
            throw new TemplateError("more than " + MAX_CHARS + " characters of text built");
        }
    }

    void output(StringBuilder out, String text) {
        chars(text.length());
        if (out.length() + text.length() > MAX_OUTPUT_CHARS) {
            throw new TemplateError("more than " + MAX_OUTPUT_CHARS + " characters of output");
        }
        out.append(text);
    }

    void enter() {
        steps(1);
        if (++depth > MAX_DEPTH) {
            throw new TemplateError("nesting deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }

    void line(int current) {
        line = current;
    }

    int line() {
        return line;
    }
}
