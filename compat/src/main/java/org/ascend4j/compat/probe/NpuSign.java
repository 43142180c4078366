package org.ascend4j.compat.probe;

/**
 * A trace of an NPU on a host.
 *
 * @param kind what was seen
 * @param path where
 */
public record NpuSign(Kind kind, String path) {
    /** The three things that an Ascend host has. */
    public enum Kind {
        DEVICE_NODE("device node"),
        DRIVER("driver"),
        CANN("CANN");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    @Override
    public String toString() {
        return kind.label + " " + path;
    }
}
