package org.ascend4j.compat.matrix;

import java.util.Optional;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;

/**
 * The driver (HDK) that one plugin release asks for. Most releases name none.
 *
 * @param plugin the plugin release
 * @param floor the lowest driver that may run it
 * @param advised a higher one that the release's own documents advise, where they disagree
 * @param note what the documents say
 */
public record DriverFloor(Pep440Version plugin, DriverVersion floor, Optional<DriverVersion> advised, String note) {

    static DriverFloor read(TsvTable.Row row) {
        try {
            String advised = row.text("advised");
            return new DriverFloor(
                    Pep440Version.parse(row.text("plugin")),
                    DriverVersion.parse(row.text("floor")),
                    advised.isEmpty() ? Optional.empty() : Optional.of(DriverVersion.parse(advised)),
                    row.text("note"));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(row.where() + ": " + malformed.getMessage(), malformed);
        }
    }
}
