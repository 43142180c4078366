package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ascend4j.LlmOptions;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.report.TextReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doctor}: whether this host can run models, and on what. */
@Command(
        name = "doctor",
        description = "Checks the stack against the release matrix, then opens the device, copies data there and back"
                + " and checks one matrix product.")
final class DoctorCommand implements Callable<Integer> {
    private static final double GIGABYTE = 1e9;

    private final Context context;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Option(names = "--format", paramLabel = "F", defaultValue = "text", description = "text or json (default: text).")
    private String format;

    DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        OutputFormat chosen = OutputFormat.parse(format);
        LlmOptions options = device.toOptions();
        Verdict verdict = context.backend().check(options.guard());
        DeviceTrial trial = null;
        Failure failure = null;
        try {
            trial = context.backend().tryDevice(options);
        } catch (RuntimeException | LinkageError failed) {
            failure = Failure.of(failed);
        }
        context.streams().answer(chosen == OutputFormat.JSON ? json(verdict, trial, failure) : text(verdict, trial));
        if (failure == null) {
            return ExitCode.OK;
        }
        context.streams().note("ascend4j: " + failure.line());
        return failure.exitCode();
    }

    private static String text(Verdict verdict, DeviceTrial trial) {
        StringBuilder text = new StringBuilder(TextReport.of(verdict)).append("\nMachine\n");
        append(text, "java", java());
        append(text, "system", system());
        append(text, "cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        if (trial == null) {
            return text.append("\nDevice\n  failed, see stderr\n").toString();
        }
        text.append("\nDevice\n");
        append(text, "name", trial.device().name());
        append(text, "chip", trial.device().soc());
        append(text, "library", trial.device().library());
        append(text, "cann", trial.device().cannVersion());
        append(text, "cores", Integer.toString(trial.cores()));
        append(
                text,
                "memory",
                String.format(
                        Locale.ROOT,
                        "%.1f of %.1f GB free",
                        trial.freeBytes() / GIGABYTE,
                        trial.totalBytes() / GIGABYTE));
        append(text, "copy", trial.copiedBytes() + " bytes there and back, unchanged");
        append(text, "matmul", String.format(Locale.ROOT, "right, largest relative error %.1e", trial.matmulError()));
        return text.toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-8s%s%n", name, value));
    }

    private static String java() {
        return System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
    }

    private static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    private static String json(Verdict verdict, DeviceTrial trial, Failure failure) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("schema", AnswerJson.SCHEMA);
            json.writeObjectFieldStart("machine");
            json.writeStringField("java", java());
            json.writeStringField("system", system());
            json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
            json.writeEndObject();
            AnswerJson.writeCompatibility(json, verdict);
            if (trial == null) {
                json.writeNullField("device");
                json.writeStringField("failure", failure.line());
            } else {
                AnswerJson.writeDevice(json, trial.device());
                json.writeObjectFieldStart("trial");
                json.writeNumberField("cores", trial.cores());
                json.writeNumberField("free_bytes", trial.freeBytes());
                json.writeNumberField("total_bytes", trial.totalBytes());
                json.writeNumberField("copied_bytes", trial.copiedBytes());
                json.writeNumberField("matmul_error", trial.matmulError());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }
}
