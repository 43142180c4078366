package org.ascend4j.compat.matrix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of tab-separated text: comment lines that begin with {@code #}, a header line, rows.
 * Columns are found by name, so a newer table may have more of them.
 */
final class TsvTable {
    private static final String ITEM_SEPARATOR = " | ";

    private final String name;
    private final Map<String, Integer> columns = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();

    /** One row; its cells are read by column name. */
    final class Row {
        private final int line;
        private final String[] cells;

        private Row(int line, String[] cells) {
            this.line = line;
            this.cells = cells;
        }

        /** The cell's text, empty if the cell is. */
        String text(String column) {
            Integer index = columns.get(column);
            if (index == null) {
                throw new IllegalArgumentException(name + ": no column \"" + column + "\"; it has " + columns.keySet());
            }
            return unescape(cells[index]);
        }

        /** The cell's items, none if the cell is empty. */
        List<String> items(String column) {
            String text = text(column);
            return text.isEmpty() ? List.of() : List.of(text.split(java.util.regex.Pattern.quote(ITEM_SEPARATOR), -1));
        }

        String where() {
            return name + " line " + line;
        }
    }

    TsvTable(String name, String text) {
        this.name = name;
        String[] lines = text.split("\r?\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isEmpty() || lines[i].startsWith("#")) {
                continue;
            }
            String[] cells = lines[i].split("\t", -1);
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
        rows.add(new Row(line, cells));
    }

    List<Row> rows() {
        return List.copyOf(rows);
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
