package org.ascend4j.compat.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A patch's identity as {@code git patch-id --stable} defines it: every file's part is hashed with
 * SHA-1 without white space, line numbers and blob ids, and the files' hashes are added up byte by
 * byte with carry, so that their order does not matter. A binary file counts by its blob ids.
 */
final class PatchDigest {
    private static final int BYTES = 20;

    private final MessageDigest part = sha1();
    private final byte[] sum = new byte[BYTES];
    private boolean open;

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }

    /**
     * Adds one file's diff.
     *
     * @param diff from its {@code diff --git} line on
     * @param oldBlob 40 hexadecimal digits
     * @param newBlob 40 hexadecimal digits
     */
    void add(byte[] diff, String oldBlob, String newBlob) {
        // git ends a file's hash where the next begins, if it had content; a bare change of mode runs into the next.
        if (open) {
            close();
        }
        boolean header = true;
        for (int start = 0; start < diff.length; ) {
            int end = endOfLine(diff, start);
            if (header && startsWith(diff, start, "Binary files")) {
                part.update((oldBlob + newBlob).getBytes(StandardCharsets.US_ASCII));
                close();
                return;
            }
            header &= !startsWith(diff, start, "@@");
            boolean content = header ? !startsWith(diff, start, "index ") : isContent(diff[start]);
            if (content) {
                update(diff, start, end);
            }
            start = end;
        }
        open = !header;
    }

    private static boolean isContent(byte sign) {
        return sign == ' ' || sign == '+' || sign == '-';
    }

    private static int endOfLine(byte[] text, int start) {
        int end = start;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return Math.min(end + 1, text.length);
    }

    private static boolean startsWith(byte[] text, int start, String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            if (start + i >= text.length || text[start + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void update(byte[] text, int start, int end) {
        int run = start;
        for (int i = start; i < end; i++) {
            if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
                part.update(text, run, i - run);
                run = i + 1;
            }
        }
        part.update(text, run, end - run);
    }

    private void close() {
        byte[] hash = part.digest();
        open = false;
        int carry = 0;
        for (int i = 0; i < BYTES; i++) {
            carry += (hash[i] & 0xff) + (sum[i] & 0xff);
            sum[i] = (byte) carry;
            carry >>= 8;
        }
    }

    /** The patch's identity, 40 hexadecimal digits. Ends the digest. */
    String id() {
        close();
        return HexFormat.of().formatHex(sum);
    }

    /** A plain hash, for texts that are no patch. */
    String ofText(byte[] text) {
        return HexFormat.of().formatHex(part.digest(text));
    }
}
