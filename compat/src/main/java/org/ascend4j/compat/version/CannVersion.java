package org.ascend4j.compat.version;

import java.util.Optional;

/**
 * A CANN number as its documents and version files print it: {@code 8.0.0}, {@code 8.1.RC1},
 * {@code 8.3.RC1.alpha001}, {@code 9.0.0-beta.2}, {@code 9.2.0_20260930220649}. Not PEP 440, and not comparable
 * with driver numbers. A build stamp carries no order. Immutable.
 */
public final class CannVersion implements Comparable<CannVersion> {
    private final StagedVersion staged;

    private CannVersion(StagedVersion staged) {
        this.staged = staged;
    }

    /**
     * Reads a CANN number; the case of letters does not matter.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static CannVersion parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a CANN version: \"" + Texts.shown(text)
                        + "\"; expected a number such as 8.1.RC1 or 9.0.1"));
    }

    /** Reads a CANN number; empty if the text is not one. */
    public static Optional<CannVersion> tryParse(String text) {
        return StagedVersion.tryParse(text).map(CannVersion::new);
    }

    /**
     * True for a package's inner number such as {@code 7.7.0.1.238}, which version files up to CANN
     * 8.3 give where one expects the release's: four fields or more, no stage.
     */
    public boolean isPackageNumber() {
        return staged.fields().size() >= 4 && staged.isFinal();
    }

    /** One spelling for every spelling that counts as equal: {@code 8.2.RC1}, {@code 9.0.0-beta.2}, {@code 9.2.0}. */
    public String normal() {
        return staged.normal();
    }

    @Override
    public int compareTo(CannVersion other) {
        return staged.compareTo(other.staged);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CannVersion version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        return staged.orderHash();
    }

    /** The number as it was read. */
    @Override
    public String toString() {
        return staged.text();
    }
}
