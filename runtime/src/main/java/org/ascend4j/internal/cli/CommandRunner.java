package org.ascend4j.internal.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Reads a command line, runs the command and turns whatever happens into an exit code and at most one line. */
final class CommandRunner {
    private static final String NAME = "ascend4j";

    /** No argument can hold a zero byte: even two dashes behind --prompt are text. */
    private static final String NO_DELIMITER = "\0";

    private static final List<String> COMMANDS = List.of(
            "pull",
            "inspect",
            "generate",
            "chat",
            "serve",
            "batch",
            "embed",
            "rerank",
            "score",
            "perplexity",
            "tokenize",
            "doctor");

    private final Context context;

    CommandRunner(Context context) {
        this.context = context;
    }

    private Callable<Integer> command(String name) {
        return switch (name) {
            case "pull" -> new PullCommand(context);
            case "inspect" -> new InspectCommand(context);
            case "generate" -> new GenerateCommand(context);
            case "chat" -> new ChatCommand(context);
            case "serve" -> new ServeCommand(context);
            case "batch" -> new BatchCommand(context);
            case "embed" -> new EmbedCommand(context);
            case "rerank" -> new RerankCommand(context);
            case "score" -> new ScoreCommand(context);
            case "perplexity" -> new PerplexityCommand(context);
            case "tokenize" -> new TokenizeCommand(context);
            case "doctor" -> new DoctorCommand(context);
            default -> throw new IllegalArgumentException("no command " + name);
        };
    }

    /** Runs one command line and returns its exit code. Never throws. */
    int run(String[] given) {
        boolean debug = false;
        try {
            String[] arguments = Arguments.recover(given);
            CommandLine commandLine = commandLine(arguments);
            commandLine.setExecutionExceptionHandler((failed, command, parsed) -> {
                throw failed;
            });
            CommandLine.ParseResult parsed = commandLine.parseArgs(arguments);
            debug = parsed.hasMatchedOption("--debug")
                    || (parsed.hasSubcommand() && parsed.subcommand().hasMatchedOption("--debug"));
            return execute(commandLine, parsed);
        } catch (CommandLine.ParameterException wrong) {
            return report(usage(wrong), wrong, debug);
        } catch (Throwable failed) {
            return report(Failure.of(failed), failed, debug);
        }
    }

    private int execute(CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
        if (CommandLine.printHelpIfRequested(parsed)) {
            commandLine.getOut().flush();
            return ExitCode.OK;
        }
        if (!parsed.hasSubcommand()) {
            throw new UsageException(
                    "missing command, expected one of " + String.join(", ", COMMANDS) + "; see " + NAME + " --help");
        }
        Object command = parsed.subcommand().commandSpec().userObject();
        return (Integer) ((Callable<?>) command).call();
    }

    private int report(Failure failure, Throwable cause, boolean debug) {
        context.streams().note(NAME + ": " + failure.line());
        if (debug) {
            cause.printStackTrace(context.streams().err());
        }
        context.streams().err().flush();
        return failure.exitCode();
    }

    private static Failure usage(CommandLine.ParameterException wrong) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        return new Failure(ExitCode.USAGE, wrong.getMessage() + "; see " + command + " --help");
    }

    /** Looking at every command's options takes time that one command does not need. */
    private CommandLine commandLine(String[] arguments) {
        CommandLine root = new CommandLine(rootSpec());
        boolean one = arguments.length > 0 && COMMANDS.contains(arguments[0]);
        for (String name : COMMANDS) {
            if (!one || name.equals(arguments[0])) {
                root.addSubcommand(name, commandLine(new CommandLine(command(name))));
            }
        }
        return settle(root);
    }

    private static CommandSpec rootSpec() {
        CommandSpec spec = CommandSpec.create().name(NAME).mixinStandardHelpOptions(true);
        spec.versionProvider(new VersionText());
        spec.addOption(debugOption());
        spec.usageMessage()
                .description("Runs large language models on Ascend NPUs, and on the CPU through the same interface.")
                .synopsisSubcommandLabel("COMMAND");
        return spec;
    }

    private static CommandLine commandLine(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
        spec.addOption(debugOption());
        spec.usageMessage().sortOptions(false);
        return command;
    }

    private static OptionSpec debugOption() {
        return OptionSpec.builder("--debug")
                .description("Print the stack trace of a failure.")
                .build();
    }

    private CommandLine settle(CommandLine root) {
        PrintWriter out = new PrintWriter(context.streams().out(), false, StandardCharsets.UTF_8);
        root.setExpandAtFiles(false)
                .setEndOfOptionsDelimiter(NO_DELIMITER)
                .setAllowOptionsAsOptionParameters(true)
                .setUnmatchedOptionsAllowedAsOptionParameters(true)
                .setOut(out)
                .setErr(new PrintWriter(context.streams().err(), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        exitCodes(root);
        for (CommandLine command : root.getSubcommands().values()) {
            exitCodes(command);
        }
        return root;
    }

    private static void exitCodes(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.meanings());
    }
}
