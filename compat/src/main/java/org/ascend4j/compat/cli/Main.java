package org.ascend4j.compat.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ascend4j.compat.PluginRelease;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: reads arguments, runs a command, ends with its exit code. Output is UTF-8 in every locale. */
@Command(
        name = "ascend4j-compat",
        description = "Says whether this host's Ascend stack fits this plugin release.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the host fits, or has no NPU",
            "1:the answer is no, or check --fail-on warn has warnings",
            "2:wrong usage",
            "3:the stack does not fit",
            "4:the command itself failed"
        })
public final class Main implements Runnable {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int WARNINGS = 1;
    static final int INCOMPATIBLE = 3;
    static final int BROKEN = 4;

    /** Every command by its name; only the one that is asked for is built, as each costs milliseconds. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("check", CheckCommand.class);
        COMMANDS.put("version", VersionCommand.class);
        COMMANDS.put("explain", ExplainCommand.class);
        COMMANDS.put("schedule", ScheduleCommand.class);
        COMMANDS.put("policy", PolicyCommand.class);
        COMMANDS.put("matrix", MatrixCommand.class);
        COMMANDS.put("audit", AuditCommand.class);
        COMMANDS.put("next", NextCommand.class);
    }

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Prints the version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ascend4j-compat " + PluginRelease.current()};
        }
    }

    public static void main(String[] arguments) {
        System.exit(run(writer(FileDescriptor.out), writer(FileDescriptor.err), arguments));
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
    }

    /** Runs one command line and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        addCommands(commandLine, arguments);
        // An argument that begins with @ is text like any other.
        commandLine.setExpandAtFiles(false);
        commandLine.setOut(out);
        commandLine.setErr(err);
        commandLine.setParameterExceptionHandler((wrong, given) -> {
            String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
            err.println(name + ": " + wrong.getMessage() + " (see " + name + " --help)");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            err.println("ascend4j-compat: " + failure);
            return BROKEN;
        });
        int code = commandLine.execute(arguments);
        if (out.checkError()) {
            err.println("ascend4j-compat: standard output cannot be written");
            code = BROKEN;
        }
        err.flush();
        return code;
    }

    private static void addCommands(CommandLine commandLine, String[] arguments) {
        Class<?> asked = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (asked == null) {
            COMMANDS.forEach(commandLine::addSubcommand);
        } else {
            commandLine.addSubcommand(arguments[0], asked);
        }
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing, for example check");
    }
}
