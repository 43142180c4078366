package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.report.TextReport;

/**
 * All that {@code doctor} found.
 *
 * @param trial null if it failed
 * @param failure why; null if it did not
 */
record DoctorReport(
        Verdict verdict, HostMachine machine, List<Integration> integrations, DeviceTrial trial, Failure failure) {
    private static final double GIGABYTE = 1e9;
    private static final double MEGABYTE = 1e6;

    String text() {
        StringBuilder text = new StringBuilder(TextReport.of(verdict)).append("\nMachine\n");
        append(text, "java", machine.java());
        append(text, "jvm", machine.jvm());
        append(text, "heap", number("up to %.1f GB", machine.heapBytes() / GIGABYTE));
        append(text, "system", machine.system());
        append(text, "cores", Integer.toString(machine.cores()));
        append(text, "cache", machine.cache());
        text.append("\nIntegrations\n");
        for (Integration each : integrations) {
            append(text, each.name(), each.present() ? found(each) : "absent");
        }
        if (trial == null) {
            return text.append("\nDevice\n  failed, see stderr\n").toString();
        }
        text.append("\nDevice\n");
        appendDevice(text);
        return text.toString();
    }

    private static String found(Integration integration) {
        return integration.version().isEmpty() ? "found, version unknown" : integration.version();
    }

    private void appendDevice(StringBuilder text) {
        append(text, "name", trial.device().name());
        append(text, "chip", trial.device().soc());
        append(text, "library", trial.device().library());
        append(text, "cann", trial.device().cannVersion());
        append(text, "cores", Integer.toString(trial.cores()));
        append(
                text,
                "memory",
                number("%.1f of ", trial.freeBytes() / GIGABYTE)
                        + number("%.1f GB free", trial.totalBytes() / GIGABYTE));
        DeviceTimings timings = trial.timings();
        append(
                text,
                "copy",
                trial.copiedBytes() + " bytes there and back, unchanged; "
                        + number("%.1f MB in ", DeviceTimings.COPIED_BYTES / MEGABYTE)
                        + number("%.2f ms", timings.copyMillis()));
        append(
                text,
                "matmul",
                number("right, largest relative error %.1e; ", trial.matmulError())
                        + number("%.0f us", timings.productMicros()));
        append(
                text,
                "capture",
                timings.captured() ? number("right; replayed in %.0f us", timings.replayMicros()) : timings.capture());
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-13s%s%n", name, value));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    String json() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("schema", AnswerJson.SCHEMA);
            writeMachine(json);
            json.writeObjectFieldStart("integrations");
            for (Integration each : integrations) {
                json.writeStringField(each.name(), each.version());
            }
            json.writeEndObject();
            AnswerJson.writeCompatibility(json, verdict);
            if (trial == null) {
                json.writeNullField("device");
                json.writeStringField("failure", failure.line());
            } else {
                AnswerJson.writeDevice(json, trial.device());
                writeTrial(json);
            }
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private void writeMachine(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("machine");
        json.writeStringField("java", machine.java());
        json.writeStringField("jvm", machine.jvm());
        json.writeNumberField("heap_bytes", machine.heapBytes());
        json.writeStringField("system", machine.system());
        json.writeNumberField("cores", machine.cores());
        json.writeStringField("cache", machine.cache());
        json.writeEndObject();
    }

    private void writeTrial(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("trial");
        json.writeNumberField("cores", trial.cores());
        json.writeNumberField("free_bytes", trial.freeBytes());
        json.writeNumberField("total_bytes", trial.totalBytes());
        json.writeNumberField("copied_bytes", trial.copiedBytes());
        json.writeNumberField("matmul_error", trial.matmulError());
        DeviceTimings timings = trial.timings();
        json.writeBooleanField("captured", timings.captured());
        if (!timings.captured()) {
            json.writeStringField("capture_failure", timings.capture());
        }
        json.writeNumberField("copy_ms", timings.copyMillis());
        json.writeNumberField("matmul_us", timings.productMicros());
        json.writeNumberField("replay_us", timings.replayMicros());
        json.writeEndObject();
    }
}
