package org.ascend4j;

import java.util.Locale;
import org.ascend4j.error.InvalidRequestException;

/**
 * Which device runs the model.
 *
 * @param kind how the device is chosen
 * @param index the NPU's number; 0 unless {@code npu:i} was asked for
 */
public record DeviceChoice(Kind kind, int index) {
    /** How the device is chosen. */
    public enum Kind {
        /** An NPU if the host shows any sign of one, else the host device. */
        AUTO,
        /** An NPU or an error. */
        NPU,
        /** The host device: CANN's interface on the CPU. */
        HOST
    }

    /** Lets the signs on the host decide. */
    public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);

    /** The CPU, whatever the host has. */
    public static final DeviceChoice HOST = new DeviceChoice(Kind.HOST, 0);

    private static final int MOST_DEVICES = 64;

    /** Reads {@code auto}, {@code host}, {@code npu} or {@code npu:i}. */
    public static DeviceChoice parse(String text) {
        switch (text) {
            case "auto":
                return AUTO;
            case "host":
                return HOST;
            case "npu":
                return new DeviceChoice(Kind.NPU, 0);
            default:
                return numbered(text);
        }
    }

    private static DeviceChoice numbered(String text) {
        if (text.matches("npu:[0-9]{1,2}")) {
            int index = Integer.parseInt(text.substring(4));
            if (index < MOST_DEVICES) {
                return new DeviceChoice(Kind.NPU, index);
            }
        }
        throw new InvalidRequestException(
                "device", "found '" + text + "', expected auto, host, npu or npu:i with i below " + MOST_DEVICES);
    }

    @Override
    public String toString() {
        return kind == Kind.NPU ? "npu:" + index : kind.name().toLowerCase(Locale.ROOT);
    }
}
