package org.ascend4j.compat.matrix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.version.Pep440Version;

/**
 * A site's own matrix file: the published table's columns, as many as it needs, in any order. A row
 * for a published release changes the cells that are not empty; a row for another release adds it
 * and must name vllm, python, cann, torch and torch_npu. A cell {@code -} says that there is none.
 */
final class SiteMatrix {
    private static final int MAX_BYTES = 1 << 20;
    private static final String NONE = "-";
    private static final List<String> REQUIRED = List.of("vllm", "python", "cann", "torch", "torch_npu");
    private static final Set<String> MAY_BE_NONE = Set.of("triton_ascend", "mooncake", "other_requirements");

    private final TsvTable published = TsvTable.resource("releases.tsv");
    private final TsvTable site;
    private final List<MatrixRow> rows = new ArrayList<>();
    private final List<SiteChange> changes = new ArrayList<>();

    SiteMatrix(Path file) {
        this(file.toString(), text(file));
    }

    SiteMatrix(String name, String text) {
        site = new TsvTable(name, text);
        for (String column : site.columns()) {
            if (!published.columns().contains(column)) {
                throw new IllegalArgumentException(
                        name + ": unknown column \"" + column + "\"; expected some of " + published.columns());
            }
        }
        if (!site.columns().contains("plugin")) {
            throw new IllegalArgumentException(name + ": no column \"plugin\"; every row must name its release");
        }
        Set<Pep440Version> seen = new HashSet<>();
        for (TsvTable.Row row : site.rows()) {
            Pep440Version plugin = Pep440Version.tryParse(row.text("plugin"))
                    .orElseThrow(() -> malformed(row, "not a PEP 440 version: \"" + row.text("plugin") + "\""));
            if (!seen.add(plugin)) {
                throw malformed(row, "release " + plugin + " stands twice");
            }
            read(row, plugin);
        }
    }

    /** The file's rows, completed by the published ones. */
    List<MatrixRow> rows() {
        return rows;
    }

    List<SiteChange> changes() {
        return changes;
    }

    private static String text(Path file) {
        try {
            // A pipe or device could block for ever, so only a file is read.
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + ": not a file; expected a table of tab-separated text");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(file + ": larger than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new IllegalArgumentException(file + ": not UTF-8 text", notText);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void read(TsvTable.Row row, Pep440Version plugin) {
        Optional<TsvTable.Row> base = published.rows().stream()
                .filter(candidate ->
                        Pep440Version.parse(candidate.text("plugin")).equals(plugin))
                // Of two rows for one release the founding one decides, and it stands last.
                .reduce((first, second) -> second);
        if (base.isEmpty()) {
            requireWhole(row);
            changes.add(new SiteChange(plugin, SiteChange.ADDED, "", "", row.where()));
        }
        for (String column : site.columns()) {
            String own = row.text(column);
            String old = base.map(there -> there.text(column)).orElse("");
            if (own.equals(NONE) && !MAY_BE_NONE.contains(column)) {
                throw malformed(row, "column \"" + column + "\" cannot be none");
            }
            String value = own.equals(NONE) ? "" : own;
            if (base.isPresent() && !own.isEmpty() && !column.equals("plugin") && !value.equals(old)) {
                changes.add(new SiteChange(plugin, column, old, value, row.where()));
            }
        }
        rows.add(MatrixRow.read(column -> cell(row, base, plugin, column), MatrixRow.Origin.SITE, row.where()));
    }

    private void requireWhole(TsvTable.Row row) {
        for (String column : REQUIRED) {
            if (!site.columns().contains(column) || row.text(column).isEmpty()) {
                throw malformed(
                        row,
                        "release " + row.text("plugin") + " is not published, so it must name " + REQUIRED + "; "
                                + column + " is missing");
            }
        }
    }

    private String cell(TsvTable.Row row, Optional<TsvTable.Row> base, Pep440Version plugin, String column) {
        String own = site.columns().contains(column) ? row.text(column) : "";
        if (!own.isEmpty()) {
            return own.equals(NONE) ? "" : own;
        }
        boolean ownPython =
                site.columns().contains("python") && !row.text("python").isEmpty();
        return switch (column) {
            case "source" -> row.where();
            case "kind" -> base.map(there -> there.text(column)).orElse(kind(plugin));
            // What the published row prints would contradict the site's own range.
            case "python_printed" ->
                ownPython ? row.text("python") : base.orElseThrow().text(column);
            default -> base.map(there -> there.text(column)).orElse("");
        };
    }

    private static String kind(Pep440Version plugin) {
        return plugin.isPrerelease() ? "rc" : plugin.isPostrelease() ? "post" : "final";
    }

    private static IllegalArgumentException malformed(TsvTable.Row row, String message) {
        return new IllegalArgumentException(row.where() + ": " + message);
    }
}
