package org.ascend4j.compat.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.matrix.SiteChange;
import org.ascend4j.compat.matrix.TsvTable;

/**
 * The matrix as it stood on a day (policy: the matrix): one deciding row for each release, and beside
 * it what breaks the policy or was printed otherwise.
 */
public final class MatrixView {
    private final ReleaseMatrix matrix;
    private final AsOf asOf;

    public MatrixView(ReleaseMatrix matrix, AsOf asOf) {
        this.matrix = matrix;
        this.asOf = asOf;
    }

    /** The rows of the day, newest release first; while the founding document holds, its only row. A site's stay. */
    public List<MatrixRow> rows() {
        return matrix.decidingRows().stream().filter(this::stands).toList();
    }

    private boolean stands(MatrixRow row) {
        if (row.origin() == MatrixRow.Origin.SITE && row.releaseDate().isEmpty()) {
            return true;
        }
        return asOf.founding()
                ? matrix.rows().stream()
                        .anyMatch(other -> other.founding() && other.plugin().equals(row.plugin()))
                : asOf.includes(row.releaseDate());
    }

    /** Breaches and later edits of a row, each a sentence. */
    public List<String> notes(MatrixRow row) {
        List<String> notes = new ArrayList<>();
        ReleaseRules.vllmMismatch(row).ifPresent(notes::add);
        notes.addAll(TorchNpuRule.breaches(row));
        if (!asOf.founding()) {
            VersionExplainer.laterEdit(matrix, row).ifPresent(notes::add);
        }
        return notes;
    }

    /** Releases that never got a row, each a sentence. */
    public List<String> releasesWithoutRow() {
        if (asOf.founding()) {
            return List.of();
        }
        return TsvTable.resource("unlisted_releases.tsv").rows().stream()
                .filter(row -> asOf.includes(row.text("date")))
                .map(row -> row.text("plugin") + " (" + row.text("date") + "): " + row.text("note"))
                .toList();
    }

    /** What main itself is built for; only today's is known. */
    public Optional<Map<String, String>> mainRow() {
        if (!asOf.complete()) {
            return Optional.empty();
        }
        TsvTable.Row row = TsvTable.resource("main_row.tsv").rows().get(0);
        Map<String, String> main = new LinkedHashMap<>();
        main.put("vllm_commit", row.text("vllm_commit"));
        main.put("vllm_tag", row.text("vllm_tag"));
        main.put("python", row.text("python_specifier"));
        for (String column : List.of("cann", "torch", "torch_npu", "triton_ascend", "note")) {
            main.put(column, row.text(column));
        }
        return Optional.of(main);
    }

    /** What the site's own file changes. */
    public List<SiteChange> siteChanges() {
        return matrix.siteChanges();
    }

    public AsOf asOf() {
        return asOf;
    }
}
