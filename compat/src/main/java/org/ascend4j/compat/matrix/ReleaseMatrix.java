package org.ascend4j.compat.matrix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.compat.version.Pep440Version;

/** Every known release and the stack it fits. Immutable. */
public final class ReleaseMatrix {
    private final List<MatrixRow> rows;
    private final List<DriverFloor> driverFloors;
    private final List<SiteChange> siteChanges;

    private ReleaseMatrix(List<MatrixRow> rows, List<DriverFloor> driverFloors, List<SiteChange> siteChanges) {
        this.rows = List.copyOf(rows);
        this.driverFloors = List.copyOf(driverFloors);
        this.siteChanges = List.copyOf(siteChanges);
    }

    /** Read at first use, once. */
    private static final class Embedded {
        private static final ReleaseMatrix MATRIX = read();
    }

    /** The matrix that this jar carries. */
    public static ReleaseMatrix embedded() {
        return Embedded.MATRIX;
    }

    /** Reads the jar's tables anew. */
    static ReleaseMatrix read() {
        List<MatrixRow> rows = new ArrayList<>();
        for (TsvTable.Row row : TsvTable.resource("releases.tsv").rows()) {
            rows.add(MatrixRow.read(row));
        }
        List<DriverFloor> floors = new ArrayList<>();
        for (TsvTable.Row row : TsvTable.resource("driver_floors.tsv").rows()) {
            floors.add(DriverFloor.read(row));
        }
        return new ReleaseMatrix(rows, floors, List.of());
    }

    /**
     * This matrix with a site's own file over it: tab-separated text with the columns of the embedded
     * {@code releases.tsv}, as many as needed. What it changes is in {@link #siteChanges()}.
     *
     * @throws IllegalArgumentException naming file, line and what is wrong
     */
    public ReleaseMatrix withSite(Path file) {
        return with(new SiteMatrix(file));
    }

    ReleaseMatrix with(SiteMatrix site) {
        List<MatrixRow> all = new ArrayList<>(site.rows());
        all.addAll(rows);
        return new ReleaseMatrix(all, driverFloors, site.changes());
    }

    /** All rows, the site's own first, then newest vLLM first, the founding row last. One release may have several. */
    public List<MatrixRow> rows() {
        return rows;
    }

    /** The row that decides for each release, newest release first. */
    public List<MatrixRow> decidingRows() {
        Map<Pep440Version, MatrixRow> deciding = new LinkedHashMap<>();
        rows.stream()
                .sorted(Comparator.comparing(MatrixRow::plugin).reversed().thenComparing(MatrixRow::origin))
                .forEach(row -> deciding.putIfAbsent(row.plugin(), row));
        return List.copyOf(deciding.values());
    }

    /**
     * The row that decides for a plugin release, in any spelling of its version. The site's own comes
     * first; where the founding document and a later edit both have one, the founding document's does.
     */
    public Optional<MatrixRow> row(Pep440Version plugin) {
        MatrixRow deciding = null;
        for (MatrixRow row : rows) {
            boolean stronger = deciding == null || row.origin().compareTo(deciding.origin()) < 0;
            if (stronger && row.plugin().equals(plugin)) {
                deciding = row;
            }
        }
        return Optional.ofNullable(deciding);
    }

    /** The published row of a release whose founding row decides: a later edit of it. */
    public Optional<MatrixRow> laterEdit(Pep440Version plugin) {
        List<MatrixRow> found =
                rows.stream().filter(row -> row.plugin().equals(plugin)).toList();
        return found.stream().anyMatch(MatrixRow::founding)
                ? found.stream()
                        .filter(row -> row.origin() == MatrixRow.Origin.PUBLISHED)
                        .findFirst()
                : Optional.empty();
    }

    /** What the site's own file changes; empty without one. */
    public List<SiteChange> siteChanges() {
        return siteChanges;
    }

    /** The driver that a plugin release asks for; empty for the many that publish none. */
    public Optional<DriverFloor> driverFloor(Pep440Version plugin) {
        for (DriverFloor floor : driverFloors) {
            if (floor.plugin().equals(plugin)) {
                return Optional.of(floor);
            }
        }
        return Optional.empty();
    }
}
