package org.ascend4j.compat.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.Pep440SpecifierSet;
import org.ascend4j.compat.version.Pep440Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code version}: compares, matches and normalises versions, so that scripts use the guard's own rules. */
@Command(
        name = "version",
        description = "Compares, matches and normalises PEP 440 versions, or CANN's.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "(compare | match | normalize)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:answered", "1:the answer is invalid (without --stdin)", "2:wrong usage"})
final class VersionCommand implements Runnable {
    static final String INVALID = "invalid";

    /** What lies beyond is dropped: no version is nearly as long, and a line without end fits no memory. */
    private static final int MAX_LINE = 1 << 16;

    /** Whose versions they are. */
    enum Scheme {
        pep440,
        cann
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scheme",
            paramLabel = "S",
            defaultValue = "pep440",
            scope = ScopeType.INHERIT,
            description = "pep440 or cann; CANN's own order also fits drivers.")
    private Scheme scheme;

    @Option(
            names = "--stdin",
            scope = ScopeType.INHERIT,
            description = "One query a line, two arguments separated by a tab; one answer a line.")
    private boolean stdin;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: compare, match or normalize");
    }

    @Command(description = "Prints <, = or > for A against B.", mixinStandardHelpOptions = true)
    int compare(@Parameters(arity = "0..*", paramLabel = "A B") List<String> arguments) {
        return answer("compare", arguments, 2, texts -> order(texts.get(0), texts.get(1)));
    }

    @Command(
            description = "Prints true or false: does V lie within SPEC; pre-releases are eligible.",
            mixinStandardHelpOptions = true)
    int match(@Parameters(arity = "0..*", paramLabel = "V SPEC") List<String> arguments) {
        if (scheme == Scheme.cann) {
            throw usage("match", "--scheme cann has no specifiers; use compare");
        }
        return answer("match", arguments, 2, texts -> matches(texts.get(0), texts.get(1)));
    }

    @Command(description = "Prints the normal form of V.", mixinStandardHelpOptions = true)
    int normalize(@Parameters(arity = "0..*", paramLabel = "V") List<String> arguments) {
        return answer("normalize", arguments, 1, texts -> normal(texts.get(0)));
    }

    private String order(String left, String right) {
        return scheme == Scheme.cann
                ? sign(CannVersion.tryParse(left), CannVersion.tryParse(right))
                : sign(Pep440Version.tryParse(left), Pep440Version.tryParse(right));
    }

    private static <T extends Comparable<T>> String sign(Optional<T> left, Optional<T> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return INVALID;
        }
        int order = left.get().compareTo(right.get());
        return order < 0 ? "<" : order > 0 ? ">" : "=";
    }

    /** What is no version is invalid for every specifier, {@code ===} too, though that compares text. */
    private static String matches(String version, String specifiers) {
        Optional<Pep440SpecifierSet> set = Pep440SpecifierSet.tryParse(specifiers);
        if (set.isEmpty() || Pep440Version.tryParse(version).isEmpty()) {
            return INVALID;
        }
        return String.valueOf(set.get().contains(version));
    }

    private String normal(String text) {
        return scheme == Scheme.cann
                ? CannVersion.tryParse(text).map(CannVersion::normal).orElse(INVALID)
                : Pep440Version.tryParse(text).map(Pep440Version::toString).orElse(INVALID);
    }

    private int answer(String name, List<String> arguments, int count, Function<List<String>, String> question) {
        List<String> given = arguments == null ? List.of() : arguments;
        if (given.size() != (stdin ? 0 : count)) {
            throw usage(
                    name,
                    (stdin ? "with --stdin" : "on the command line") + " expected " + (stdin ? 0 : count)
                            + " arguments, found " + given.size());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (stdin) {
            answerLines(System.in, out, count, question);
            return Main.OK;
        }
        String answer = question.apply(given);
        out.println(answer);
        return answer.equals(INVALID) ? Main.FAILURE : Main.OK;
    }

    /** A line without exactly the tabs that its question needs is answered as invalid, so that answers stay in step. */
    static void answerLines(InputStream in, PrintWriter out, int count, Function<List<String>, String> question) {
        try {
            Reader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
            StringBuilder line = new StringBuilder();
            StringBuilder answers = new StringBuilder();
            int c = reader.read();
            while (c >= 0) {
                // Only a line feed ends a query: other line ends are white space that a version may carry.
                if (c == '\n') {
                    answers.append(answerLine(line, count, question)).append('\n');
                    line.setLength(0);
                } else if (line.length() < MAX_LINE) {
                    line.append((char) c);
                }
                if (answers.length() > (1 << 14)) {
                    out.print(answers);
                    answers.setLength(0);
                }
                c = reader.read();
            }
            if (line.length() > 0) {
                answers.append(answerLine(line, count, question)).append('\n');
            }
            out.print(answers);
            out.flush();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException("standard input cannot be read", unreadable);
        }
    }

    private static String answerLine(CharSequence line, int count, Function<List<String>, String> question) {
        List<String> texts =
                count == 1 ? List.of(line.toString()) : List.of(line.toString().split("\t", -1));
        return texts.size() == count ? question.apply(texts) : INVALID;
    }

    private ParameterException usage(String name, String message) {
        return new ParameterException(spec.subcommands().get(name), message);
    }
}
