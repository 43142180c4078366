package org.ascend4j.compat.matrix;

import org.ascend4j.compat.version.Pep440Version;

/**
 * One cell that a site's own file changes, or one release that it adds. Every report shows these.
 *
 * @param plugin the release
 * @param column the matrix column; {@code row} for a release that the matrix did not have
 * @param published the published value; empty if there was none
 * @param site the site's value; empty if the site says that there is none
 * @param where file and line
 */
public record SiteChange(Pep440Version plugin, String column, String published, String site, String where) {
    static final String ADDED = "row";

    /** The change in one sentence. */
    @Override
    public String toString() {
        String change = column.equals(ADDED)
                ? " added"
                : " " + column + ": " + shown(published) + " published, " + shown(site) + " here";
        return plugin + change + " (" + where + ")";
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : value;
    }
}
