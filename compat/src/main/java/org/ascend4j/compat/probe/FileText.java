package org.ascend4j.compat.probe;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of a small file, or why there is none.
 *
 * @param path the file's name in its tree
 * @param status whether text was read
 * @param text the file's text; its beginning if {@code truncated}; empty unless {@link Status#READ}
 * @param truncated true if the file is longer than what was read
 * @param problem what is wrong with the file, empty if nothing is
 */
record FileText(String path, Status status, String text, boolean truncated, String problem) {
    enum Status {
        READ,
        MISSING,
        UNREADABLE
    }

    static FileText missing(String path) {
        return new FileText(path, Status.MISSING, "", false, "no such file");
    }

    static FileText unreadable(String path, String problem) {
        return new FileText(path, Status.UNREADABLE, "", false, problem);
    }

    /** Takes bytes as UTF-8; bytes that are not become replacement characters and are reported. */
    static FileText decoded(String path, byte[] bytes) {
        boolean truncated = bytes.length > HostTree.MAX_FILE_BYTES;
        int length = Math.min(bytes.length, HostTree.MAX_FILE_BYTES);
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        String problem = truncated ? "larger than " + HostTree.MAX_FILE_BYTES + " bytes" : "";
        // A cut may fall inside a character, so only a whole file is asked for being UTF-8.
        if (!truncated && !isUtf8(bytes)) {
            problem = "not UTF-8";
        }
        return new FileText(
                path, Status.READ, text.startsWith("\uFEFF") ? text.substring(1) : text, truncated, problem);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    boolean isRead() {
        return status == Status.READ;
    }

    /** The values of every line {@code key<separator>value}, without white space and quotes around them. */
    List<String> values(String key, char separator) {
        List<String> values = new ArrayList<>();
        for (String line : text.split("\r\n|\n|\r")) {
            int at = line.indexOf(separator);
            if (at > 0 && line.substring(0, at).strip().equalsIgnoreCase(key)) {
                String value = line.substring(at + 1).strip();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                values.add(quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return values;
    }
}
