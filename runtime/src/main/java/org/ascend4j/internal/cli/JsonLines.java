package org.ascend4j.internal.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The lines of a file, one after another and as bytes: a line may be anything, and none fills the heap. */
final class JsonLines implements Closeable {
    /** More text than any context holds. */
    static final int LONGEST = 16 << 20;

    private static final int BUFFER = 1 << 16;

    /**
     * @param number counted from 1
     * @param bytes without the line feed; null if there are more than {@link #LONGEST}
     * @param end the offset in bytes behind the line, its line feed included
     * @param whole whether a line feed ends it
     */
    record Line(int number, byte[] bytes, long end, boolean whole) {
        boolean blank() {
            if (bytes == null) {
                return false;
            }
            for (byte b : bytes) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private int number;
    private long offset;

    JsonLines(InputStream in) {
        this(in, LONGEST);
    }

    JsonLines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The next line, or null at the end of the file. */
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long start = offset;
        boolean whole = false;
        while (!whole && fill()) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            whole = end < limit;
            int length = end - position;
            int room = longest + 1 - line.size();
            line.write(buffer, position, Math.min(length, room));
            position = whole ? end + 1 : end;
            offset += whole ? length + 1 : length;
        }
        if (offset == start) {
            return null;
        }
        number = Math.incrementExact(number);
        return new Line(number, line.size() > longest ? null : line.toByteArray(), offset, whole);
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit;
    }

    /** How many of the lines that are left are not blank. */
    int count() throws IOException {
        int count = 0;
        for (Line line = next(); line != null; line = next()) {
            count += line.blank() ? 0 : 1;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
