package org.ascend4j.compat.version;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads a table of golden vectors; its first line says who wrote it. */
final class GoldenTable {
    /** As many differences as one cares to read. */
    private static final int SHOWN = 50;

    private GoldenTable() {}

    static List<String[]> rows(String name) {
        try (InputStream in = GoldenTable.class.getResourceAsStream("/pep440/" + name)) {
            InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
            String[] lines = new String(plain.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
            return Arrays.stream(lines).skip(1).map(GoldenTable::cells).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name, unreadable);
        }
    }

    /** Collects what differs; far cheaper than one assertion for each of ten thousand rows. */
    static void note(List<String> wrong, String query, String found, String expected) {
        if (!found.equals(expected) && wrong.size() < SHOWN) {
            wrong.add("<" + query + ">: found " + found + ", expected " + expected);
        }
    }

    private static String[] cells(String line) {
        String[] cells = line.split("\t", -1);
        for (int i = 0; i < cells.length; i++) {
            cells[i] = unescape(cells[i]);
        }
        return cells;
    }

    private static String unescape(String cell) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cell.length(); i++) {
            if (cell.charAt(i) == '\\') {
                text.append((char) Integer.parseInt(cell.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                text.append(cell.charAt(i));
            }
        }
        return text.toString();
    }
}
