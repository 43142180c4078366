package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.ascend4j.DeviceChoice;
import org.ascend4j.LlmOptions;
import org.junit.jupiter.api.Test;

class DeviceTrialTest {
    @Test
    void usesTheHostDevice() {
        LlmOptions options =
                LlmOptions.builder().device(DeviceChoice.HOST).threads(1).build();
        DeviceTrial trial = new LlmBackend().tryDevice(options);
        assertThat(trial.device().name()).isEqualTo("host");
        assertThat(trial.device().library()).contains("libascendcl.so");
        assertThat(trial.cores()).isEqualTo(1);
        assertThat(trial.freeBytes()).isBetween(1L, trial.totalBytes());
        assertThat(trial.copiedBytes()).isEqualTo(16 * 256 * 4);
        assertThat(trial.matmulError()).isBetween(0.0, 1e-5);
    }

    @Test
    void capturesAndReplaysTheProductAndTakesTimes() {
        LlmOptions options =
                LlmOptions.builder().device(DeviceChoice.HOST).threads(1).build();
        DeviceTimings timings = new LlmBackend().tryDevice(options).timings();
        assertThat(timings.capture()).isEqualTo("yes");
        assertThat(timings.copyMillis()).isBetween(0.01, 5000.0);
        assertThat(timings.productMicros()).isBetween(1.0, 1e6);
        assertThat(timings.replayMicros()).isBetween(1.0, 1e6);
    }
}
