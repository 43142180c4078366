package org.ascend4j.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.ascend4j.bench.report.Machine;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The front of all benchmarks. Figures go to standard output; progress, notes and errors to standard error. */
@Command(
        name = "benchmarks",
        description = {
            "Measures Ascend4J: single parts with JMH (micro), and a whole model through the public API.",
            "Each end-to-end command sends distinct random prompts of exact token counts, shares no prefixes, guesses"
                    + " no tokens ahead and ignores the end of the answer."
        },
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class,
        subcommands = {
            MicroCommand.class,
            LatencyCommand.class,
            ThroughputCommand.class,
            ServeCommand.class,
            GrowthCommand.class
        })
public final class Main {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show version and commit and exit.")
    private boolean version;

    /** The build's own words about itself. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "ascend4j " + Machine.build().get("version") + " ("
                        + Machine.build().get("commit") + ")"
            };
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /** Runs one command line and returns its exit code: 0, 1 for a failure, 2 for a command line that makes no sense. */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExecutionExceptionHandler((failed, command, parsed) -> {
                    throw failed;
                });
        try {
            ParseResult parsed = commandLine.parseArgs(arguments);
            Integer shown = CommandLine.executeHelpRequest(parsed);
            if (shown != null) {
                return shown;
            }
            if (!parsed.hasSubcommand()) {
                throw new UsageException("missing command, expected one of "
                        + String.join(", ", commandLine.getSubcommands().keySet()));
            }
            BenchCommand command =
                    (BenchCommand) parsed.subcommand().commandSpec().userObject();
            command.run(new Console(out, err));
            return 0;
        } catch (ParameterException wrong) {
            return fail(
                    err,
                    USAGE,
                    wrong.getMessage() + "; see "
                            + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        } catch (UsageException | InvalidRequestException wrong) {
            return fail(err, USAGE, wrong.getMessage() + "; see --help");
        } catch (AscendException | IncompatibleStackException failed) {
            return fail(err, FAILURE, failed.getMessage());
        } catch (Exception | OutOfMemoryError failed) {
            failed.printStackTrace(err);
            return fail(err, FAILURE, failed.toString());
        }
    }

    private static int fail(PrintStream err, int code, String reason) {
        err.println("benchmarks: " + reason.strip().replaceAll("\\s*\\R\\s*", " "));
        return code;
    }
}
