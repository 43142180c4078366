package org.ascend4j.compat.version;

import java.util.Optional;

/**
 * A driver (HDK) number: a year-based series of its own, {@code 24.1.rc1}, {@code 25.5.2},
 * {@code 26.1.0.b061}. Not comparable with CANN numbers. A build number carries no order. Immutable.
 */
public final class DriverVersion implements Comparable<DriverVersion> {
    private final StagedVersion staged;

    private DriverVersion(StagedVersion staged) {
        this.staged = staged;
    }

    /**
     * Reads a driver number; the case of letters does not matter.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static DriverVersion parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a driver version: \"" + Texts.shown(text)
                        + "\"; expected a number such as 24.1.rc1 or 25.5.2"));
    }

    /** Reads a driver number; empty if the text is not one. */
    public static Optional<DriverVersion> tryParse(String text) {
        return StagedVersion.tryParse(text).map(DriverVersion::new);
    }

    @Override
    public int compareTo(DriverVersion other) {
        return staged.compareTo(other.staged);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DriverVersion version && compareTo(version) == 0;
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
