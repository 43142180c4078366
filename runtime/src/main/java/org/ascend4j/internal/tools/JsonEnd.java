package org.ascend4j.internal.tools;

/** Finds the end of a JSON object or array as its characters come: counts brackets outside of strings. */
final class JsonEnd {
    private int depth;
    private boolean string;
    private boolean escaped;

    /** Takes the next character; true if it is the last of the value. */
    boolean ends(char c) {
        if (string) {
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                string = false;
            }
            return false;
        }
        switch (c) {
            case '"' -> string = true;
            case '{', '[' -> depth++;
            case '}', ']' -> depth--;
            default -> {}
        }
        return depth <= 0;
    }
}
