package org.ascend4j.compat;

/** Makes text of unknown origin fit for a terminal. */
final class Texts {
    private static final int SHOWN = 1000;

    private Texts() {}

    /** Printable ASCII, bounded. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            printable.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.length() > SHOWN ? printable + "..." : printable.toString();
    }
}
