package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.ascend4j.LlmOptions;
import org.ascend4j.compat.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code doctor}: whether this host can run models, on what, and within which frameworks. */
@Command(
        name = "doctor",
        description = "Checks the stack against the release matrix, says what is on the class path and where files go,"
                + " then opens the device, copies data there and back, and checks one matrix product, launched and"
                + " captured.")
final class DoctorCommand implements Callable<Integer> {
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
        ClassLoader loader = DoctorCommand.class.getClassLoader();
        DoctorReport report = new DoctorReport(verdict, HostMachine.look(), Integration.find(loader), trial, failure);
        context.streams().answer(chosen == OutputFormat.JSON ? report.json() : report.text());
        if (failure == null) {
            return ExitCode.OK;
        }
        context.streams().note("ascend4j: " + failure.line());
        return failure.exitCode();
    }
}
