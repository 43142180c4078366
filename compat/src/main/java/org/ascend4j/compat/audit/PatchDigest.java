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
    private boolean afterBinary;

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
        // git reads a binary file's part up to the next file's first line, which so does not count.
        int start = afterBinary ? endOfLine(diff, 0) : 0;
        int names = -1;
        afterBinary = false;
        for (; start < diff.length && !startsWith(diff, start, "@@"); start = endOfLine(diff, start)) {
            if (startsWith(diff, start, "Binary files")) {
                addBinary(oldBlob, newBlob);
                return;
            }
            if (startsWith(diff, start, "--- ")) {
                names = start;
            }
            // The lines --- and +++ count only before content, which git writes them before and JGit always.
            if (names < 0 && !startsWith(diff, start, "index ")) {
                update(diff, start, endOfLine(diff, start));
            }
        }
        open = start < diff.length;
        if (open) {
            update(diff, Math.max(names, 0), start);
            addContent(diff, start);
        }
    }

    /** JGit calls a file binary also where only its mode changes; git then has nothing to compare. */
    private void addBinary(String oldBlob, String newBlob) {
        if (!oldBlob.equals(newBlob)) {
            part.update((oldBlob + newBlob).getBytes(StandardCharsets.US_ASCII));
            close();
            afterBinary = true;
        }
    }

    private void addContent(byte[] diff, int from) {
        for (int start = from; start < diff.length; start = endOfLine(diff, start)) {
            // Neither the hunk's place nor the remark on a missing line end is part of the change.
            if (isContent(diff[start])) {
                update(diff, start, endOfLine(diff, start));
            }
        }
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
