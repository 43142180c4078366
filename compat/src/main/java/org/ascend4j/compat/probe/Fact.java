package org.ascend4j.compat.probe;

/**
 * One thing that one place says about a subject.
 *
 * @param subject what it is about
 * @param state whether a value was found
 * @param value the value as printed there, fit for a terminal; empty unless {@link State#FOUND}
 * @param source the file, or where one was looked for
 * @param note what is wrong or peculiar, empty if nothing is
 */
public record Fact(Subject subject, State state, String value, String source, String note) {
    private static final int SHOWN = 240;

    /** What is known. */
    public enum State {
        FOUND,
        /** Nothing there that could say it. */
        ABSENT,
        /** Something is there, but it does not tell. */
        UNKNOWN
    }

    public Fact {
        value = printable(value);
        source = printable(source);
        note = printable(note);
    }

    static Fact found(Subject subject, String value, String source, String note) {
        return new Fact(subject, State.FOUND, value, source, note);
    }

    static Fact absent(Subject subject, String source) {
        return new Fact(subject, State.ABSENT, "", source, "");
    }

    static Fact unknown(Subject subject, String source, String note) {
        return new Fact(subject, State.UNKNOWN, "", source, note);
    }

    /** Printable ASCII, bounded: what a file or variable holds must not steer an operator's terminal. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            printable.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.length() > SHOWN ? printable + "..." : printable.toString();
    }
}
