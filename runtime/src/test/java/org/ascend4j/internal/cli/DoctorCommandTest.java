package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.ascend4j.DeviceChoice;
import org.ascend4j.error.AscendException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
    }

    @Test
    void reportsStackMachineAndDevice() {
        assertThat(command.run("doctor", "--device", "host")).isEqualTo(ExitCode.OK);
        assertThat(command.out)
                .contains("Ascend4J stack check", "COMPATIBLE", "Machine", "library /lib/libascendcl.so")
                .contains("3.0 of 4.0 GB free", "4096 bytes there and back", "largest relative error 1.0e-07");
        assertThat(command.backend.options.device()).isEqualTo(DeviceChoice.HOST);
    }

    @Test
    void writesTheSameAsJson() throws IOException {
        assertThat(command.run("doctor", "--format", "json")).isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(command.out);
        assertThat(json.get("schema").intValue()).isEqualTo(1);
        assertThat(json.get("device").textValue()).isEqualTo("host");
        assertThat(json.at("/trial/copied_bytes").intValue()).isEqualTo(4096);
        assertThat(json.at("/compatibility/plugin").isTextual()).isTrue();
    }

    @Test
    void saysWhatFailedOfTheDevice() throws IOException {
        command.backend.openFailure = new AscendException("aclrtSetDevice failed: 507033");
        assertThat(command.run("doctor", "--format", "json")).isEqualTo(ExitCode.FAILURE);
        JsonNode json = new ObjectMapper().readTree(command.out);
        assertThat(json.get("device").isNull()).isTrue();
        assertThat(json.get("failure").textValue()).isEqualTo("aclrtSetDevice failed: 507033");
        assertThat(command.err).isEqualTo("ascend4j: aclrtSetDevice failed: 507033\n");
    }
}
