package org.ascend4j.compat.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of tab-separated text: comment lines that begin with {@code #}, a header line, rows.
 * Columns are found by name, so a newer table may have more of them.
 */
public final class TsvTable {
    private static final String ITEM_SEPARATOR = " | ";

    private final String name;
    private final Map<String, Integer> columns = new LinkedHashMap<>();
    private final List<Row> rows = new ArrayList<>();

    /** Cells by column name. */
    interface Cells {
        /**
         * The cell's text, empty if the cell is.
         *
         * @throws IllegalArgumentException if the table has no such column
         */
        String text(String column);
    }

    /** One row; its cells are read by column name. */
    public static final class Row implements Cells {
        private final String name;
        private final int line;
        private final Map<String, Integer> columns;
        private final String[] cells;

        private Row(String name, int line, Map<String, Integer> columns, String[] cells) {
            this.name = name;
            this.line = line;
            this.columns = columns;
            this.cells = cells;
        }

        @Override
        public String text(String column) {
            Integer index = columns.get(column);
            if (index == null) {
                throw new IllegalArgumentException(name + ": no column \"" + column + "\"; it has " + columns.keySet());
            }
            return unescape(cells[index]);
        }

        /** The cell's text, or nothing if it is empty. */
        public Optional<String> optional(String column) {
            return Optional.of(text(column)).filter(text -> !text.isEmpty());
        }

        /** The cell's items, none if the cell is empty. */
        public List<String> items(String column) {
            return split(text(column));
        }

        /** The table's name and the line, for messages. */
        public String where() {
            return name + " line " + line;
        }
    }

    /**
     * Reads a whole table.
     *
     * @param name what messages call it
     * @throws IllegalArgumentException naming the line that is malformed
     */
    public TsvTable(String name, String text) {
        this.name = name;
        String[] lines = text.split("\n");
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t", -1);
            if (columns.isEmpty()) {
                readHeader(cells);
            } else {
                addRow(i + 1, cells);
            }
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(name + ": no header line");
        }
    }

    /** A table that this jar carries. */
    public static TsvTable resource(String name) {
        try (InputStream in = TsvTable.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar of ascend4j-compat; build it again");
            }
            return new TsvTable(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name + " cannot be read from the jar of ascend4j-compat", unreadable);
        }
    }

    private void readHeader(String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            if (columns.put(cells[i], i) != null) {
                throw new IllegalArgumentException(name + ": column \"" + cells[i] + "\" stands twice in the header");
            }
        }
    }

    private void addRow(int line, String[] cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    name + " line " + line + ": " + cells.length + " cells, expected " + columns.size());
        }
        rows.add(new Row(name, line, columns, cells));
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The header's names in their order. */
    Set<String> columns() {
        return columns.keySet();
    }

    /** The items of a cell with several, none if it is empty. */
    static List<String> split(String cell) {
        if (cell.isEmpty()) {
            return List.of();
        }
        List<String> items = new ArrayList<>();
        int start = 0;
        for (int end = cell.indexOf(ITEM_SEPARATOR); end >= 0; end = cell.indexOf(ITEM_SEPARATOR, start)) {
            items.add(cell.substring(start, end));
            start = end + ITEM_SEPARATOR.length();
        }
        items.add(cell.substring(start));
        return List.copyOf(items);
    }

    private static String unescape(String cell) {
        if (cell.indexOf('\\') < 0) {
            return cell;
        }
        StringBuilder text = new StringBuilder(cell.length());
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == '\\' && i + 1 < cell.length()) {
                c = cell.charAt(++i);
                c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
            }
            text.append(c);
        }
        return text.toString();
    }
}
