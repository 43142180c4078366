package org.ascend4j.compat.audit;

/** Text from a repository, made fit for a terminal and one line of a report. */
final class SafeText {
    private static final int MAX_CHARS = 100;

    private SafeText() {}

    /** The text with control and format signs as {@code ?}, cut after a hundred characters. */
    static String of(String text) {
        StringBuilder safe = new StringBuilder();
        int end = Math.min(text.length(), MAX_CHARS);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            boolean unsafe = Character.isISOControl(c)
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            safe.append(unsafe ? '?' : c);
        }
        return end < text.length() ? safe.append("...").toString() : safe.toString();
    }
}
