package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ascend4j.DeviceChoice;
import org.ascend4j.LlmOptions;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.IncompatibleStackException;
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
                .contains("Ascend4J stack check", "COMPATIBLE", "Machine", "Integrations")
                .contains("library      /lib/libascendcl.so")
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
    void tellsOfTheHostDeviceAsTheGoldenFileDoes() throws IOException {
        command.backend.trial = () -> new LlmBackend()
                .tryDevice(LlmOptions.builder()
                        .device(DeviceChoice.HOST)
                        .threads(1)
                        .build());
        assertThat(command.run("doctor")).isEqualTo(ExitCode.OK);
        assertThat(masked(command.out)).isEqualTo(golden("doctor.txt"));
        assertThat(command.run("doctor", "--format", "json")).isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(command.out);
        assertThat(fields(json)).isEqualTo(golden("doctor-fields.txt"));
        assertThat(json.at("/trial/captured").booleanValue()).isTrue();
        assertThat(json.at("/integrations/DJL").textValue()).isEqualTo(Engine.getDjlVersion());
    }

    /** What differs between machines, runs and releases as a word in angle brackets. */
    private static String masked(String text) {
        String masked = text.replaceAll(
                        "(?m)^(  (?:java|jvm|heap|system|cores|cache|chip|library|cann|memory) +).*", "$1<host>")
                .replaceAll("(?m)^(  (?:plugin|row) +).*", "$1<release>")
                .replaceAll(
                        "(?m)^(  (?:DJL|LangChain4j|Spring AI|Spring Boot|Micrometer) +)(absent|[0-9].*)$",
                        "$1<version>")
                .replaceAll("[0-9]+\\.[0-9]{2} ms", "<time>")
                .replaceAll("[0-9]+ us", "<time>")
                .replaceAll("[0-9]\\.[0-9]e-[0-9]{2}", "<error>");
        return masked.substring(masked.indexOf("\nMachine") + 1);
    }

    /** Every field's path and kind, a line each. */
    private static String fields(JsonNode json) {
        StringBuilder lines = new StringBuilder();
        append(lines, "", json);
        return lines.toString();
    }

    private static void append(StringBuilder lines, String path, JsonNode json) {
        // Findings and versions depend on the host and the class path.
        if (json.isObject() && !path.endsWith("integrations")) {
            json.properties().forEach(each -> append(lines, path + "/" + each.getKey(), each.getValue()));
        } else {
            lines.append(path).append(' ').append(json.getNodeType()).append('\n');
        }
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = DoctorCommandTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void saysWhyTheProductCouldNotBeCaptured() throws IOException {
        command.backend.trial = () -> new DeviceTrial(
                FakeBackend.DEVICE, 1, 2, 1, 4096, 1e-7, new DeviceTimings(1, 2, "no: 507903 in a capture", 0));
        assertThat(command.run("doctor")).isEqualTo(ExitCode.OK);
        assertThat(command.out).contains("  capture      no: 507903 in a capture\n");
        assertThat(command.run("doctor", "--format", "json")).isEqualTo(ExitCode.OK);
        JsonNode trial = new ObjectMapper().readTree(command.out).get("trial");
        assertThat(trial.get("captured").booleanValue()).isFalse();
        assertThat(trial.get("capture_failure").textValue()).isEqualTo("no: 507903 in a capture");
    }

    @Test
    void findsFrameworksWithTheirVersions() {
        List<Integration> here = Integration.find(getClass().getClassLoader());
        assertThat(here)
                .contains(new Integration("DJL", Engine.getDjlVersion()))
                .anySatisfy(each -> {
                    assertThat(each.name()).isEqualTo("Micrometer");
                    assertThat(each.version()).matches("[0-9]+\\.[0-9.]+");
                });
        assertThat(Integration.find(ClassLoader.getPlatformClassLoader()))
                .hasSameSizeAs(here)
                .noneMatch(Integration::present);
    }

    @Test
    void saysThatTheGuardRefusesByItsExitCode() throws IOException {
        Path cann = Files.createDirectories(directory.resolve("cann/lib64")).getParent();
        Files.writeString(cann.resolve("version.cfg"), "runtime_running_version=[7.7.0.1.238:8.1.RC1]\n");
        command.backend.openFailure = refusal(cann);
        assertThat(command.run("doctor")).isEqualTo(ExitCode.INCOMPATIBLE);
        assertThat(command.out).endsWith("Device\n  failed, see stderr\n");
        assertThat(command.err).contains("8.1.RC1 does not fit");
    }

    private static RuntimeException refusal(Path cann) {
        try {
            CompatibilityGuard.builder()
                    .environment(Map.of("ASCEND_HOME_PATH", cann.toString()))
                    .build()
                    .require();
            throw new AssertionError("expected a refusal");
        } catch (IncompatibleStackException refused) {
            return refused;
        }
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
