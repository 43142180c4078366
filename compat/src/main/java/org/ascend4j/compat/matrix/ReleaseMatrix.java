package org.ascend4j.compat.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.version.Pep440Version;

/** Every known release and the stack it fits. Immutable. */
public final class ReleaseMatrix {
    private final List<MatrixRow> rows;
    private final List<DriverFloor> driverFloors;

    private ReleaseMatrix(List<MatrixRow> rows, List<DriverFloor> driverFloors) {
        this.rows = List.copyOf(rows);
        this.driverFloors = List.copyOf(driverFloors);
    }

    /** Read at first use, once. */
    private static final class Embedded {
        private static final ReleaseMatrix MATRIX = read();
    }

    /** The matrix that this jar carries. */
    public static ReleaseMatrix embedded() {
        return Embedded.MATRIX;
    }

    private static ReleaseMatrix read() {
        return new ReleaseMatrix(
                table("releases.tsv").rows().stream().map(MatrixRow::read).toList(),
                table("driver_floors.tsv").rows().stream()
                        .map(DriverFloor::read)
                        .toList());
    }

    private static TsvTable table(String name) {
        try (InputStream in = ReleaseMatrix.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar of ascend4j-compat; build it again");
            }
            return new TsvTable(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name + " cannot be read from the jar of ascend4j-compat", unreadable);
        }
    }

    /** All rows, newest vLLM first, the founding row last. One release may have two rows. */
    public List<MatrixRow> rows() {
        return rows;
    }

    /**
     * The row that decides for a plugin release, in any spelling of its version. Where the founding
     * document and a later edit both have one, the founding document's does.
     */
    public Optional<MatrixRow> row(Pep440Version plugin) {
        List<MatrixRow> found =
                rows.stream().filter(row -> row.plugin().equals(plugin)).toList();
        return found.stream()
                .filter(MatrixRow::founding)
                .findFirst()
                .or(() -> found.stream().findFirst());
    }

    /** The driver that a plugin release asks for; empty for the many that publish none. */
    public Optional<DriverFloor> driverFloor(Pep440Version plugin) {
        return driverFloors.stream()
                .filter(floor -> floor.plugin().equals(plugin))
                .findFirst();
    }
}
