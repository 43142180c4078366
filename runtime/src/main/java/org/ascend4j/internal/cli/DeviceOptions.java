package org.ascend4j.internal.cli;

import org.ascend4j.LlmOptions;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine.Option;

/** The device, as every command that opens one takes it. Values stay text: the library knows what they may be. */
final class DeviceOptions {
    @Option(
            names = "--device",
            paramLabel = "D",
            description = "auto, npu, npu:i or host (default: auto, an NPU if the host shows any sign of one).")
    private String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Host threads (default: all allowed cores; also ASCEND4J_THREADS).")
    private String threads;

    @Option(
            names = "--guard",
            paramLabel = "MODE",
            description = "enforce, warn or off: what a stack outside the release matrix leads to (default: enforce).")
    private String guard;

    /** A builder with what was given. */
    LlmOptions.Builder builder() {
        LlmOptions.Builder builder = LlmOptions.builder();
        set(builder, "device", device);
        set(builder, "threads", threads);
        set(builder, "guard", guard);
        return builder;
    }

    /** @throws UsageException if an option, or a property or variable behind one, has no such value */
    LlmOptions toOptions() {
        try {
            return builder().build();
        } catch (InvalidRequestException wrong) {
            throw new UsageException(wrong.getMessage(), wrong);
        }
    }

    static void set(LlmOptions.Builder builder, String option, String value) {
        if (value != null) {
            builder.option(option, value);
        }
    }
}
