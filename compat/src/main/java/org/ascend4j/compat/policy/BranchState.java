package org.ascend4j.compat.policy;

import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.TsvTable;

/**
 * What a branch's state allows (policy: branch states).
 *
 * @param name {@code Maintained}, {@code Unmaintained} or {@code End of Life (EOL)}
 * @param timeFrame how long it lasts, in words; may be empty
 * @param releases true if releases are cut from the branch
 * @param bugfixes true if bug fixes may land
 * @param ci true if CI watches it
 * @param meaning the same in one sentence
 */
public record BranchState(
        String name, String timeFrame, boolean releases, boolean bugfixes, boolean ci, String meaning) {

    /** Every state. */
    public static List<BranchState> all() {
        return TsvTable.resource("branch_states.tsv").rows().stream()
                .map(row -> new BranchState(
                        row.text("state"),
                        row.text("time_frame"),
                        row.text("releases").equals("true"),
                        row.text("bugfixes").equals("true"),
                        row.text("ci").equals("true"),
                        row.text("meaning")))
                .toList();
    }

    /** A state by its name, or by the short {@code EOL}. */
    public static Optional<BranchState> named(String name) {
        return all().stream()
                .filter(state -> state.name.equals(name) || state.name.endsWith("(" + name + ")"))
                .findFirst();
    }

    boolean maintained() {
        return releases && bugfixes && ci;
    }
}
