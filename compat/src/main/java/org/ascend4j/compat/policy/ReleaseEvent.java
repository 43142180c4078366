package org.ascend4j.compat.policy;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * One line of the release window.
 *
 * @param date as printed: {@code YYYY-MM-DD}, or {@code YYYY-MM} in the founding document's plan
 * @param plugin the release; empty where the plan leaves it open
 * @param event the document's words
 * @param source where the line was seen
 */
public record ReleaseEvent(String date, Optional<PolicyVersion> plugin, String event, String source) {
    private static final int MONTH_LENGTH = 7;

    /** The founding document's plan, or the current window, in the documents' order. */
    static List<ReleaseEvent> read(boolean founding) {
        String document = founding ? "founding" : "current";
        return TsvTable.resource("release_window.tsv").rows().stream()
                .filter(row -> row.text("document").equals(document))
                .map(row -> new ReleaseEvent(
                        row.text("date"),
                        row.optional("plugin").map(PolicyVersion::parse),
                        row.text("event"),
                        row.text("source")))
                .toList();
    }

    /** The day; a month counts from its first. */
    LocalDate day() {
        return day(date);
    }

    static LocalDate day(String date) {
        return date.length() == MONTH_LENGTH ? YearMonth.parse(date).atDay(1) : LocalDate.parse(date);
    }

    boolean is(PolicyVersion.Kind kind) {
        return plugin.filter(release -> release.kind() == kind).isPresent();
    }
}
