package org.ascend4j.compat.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ascend4j.compat.json.JsonWriter;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.policy.Explanation;
import org.ascend4j.compat.policy.VersionExplainer;
import org.ascend4j.compat.version.PolicyVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: says what a version is under the release policy. */
@Command(
        name = "explain",
        description = "Says what a version is, which vLLM it matches, which row applies, or why it is no release.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:a valid release's number", "1:not a valid release's number", "2:wrong usage"})
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "VERSION", description = "Any text, for example v0.23.0rc1.")
    private String version;

    @Option(names = "--format", paramLabel = "F", defaultValue = "text", description = "text or json.")
    private PolicyOptions.Format format;

    @Option(names = "--matrix", paramLabel = "FILE", description = "A site's own rows over the published ones.")
    private Path site;

    @Override
    public Integer call() {
        Explanation explanation = new VersionExplainer(PolicyOptions.matrix(spec, site)).explain(version);
        boolean json = format == PolicyOptions.Format.json;
        spec.commandLine().getOut().print(json ? JsonWriter.write(json(explanation)) : text(explanation));
        return explanation.valid() ? Main.OK : Main.FAILURE;
    }

    private static String text(Explanation explanation) {
        StringBuilder text = new StringBuilder();
        text.append(explanation.summary()).append(".\n");
        explanation.faults().forEach(fault -> line(text, "invalid", fault));
        explanation.release().ifPresent(release -> line(text, "tag", release.tag()));
        if (!explanation.vllm().isEmpty()) {
            line(text, "vLLM", String.join(" or ", explanation.vllm()));
        }
        explanation.row().ifPresent(row -> line(text, "row", row(row)));
        if (explanation.valid() && explanation.row().isEmpty()) {
            line(text, "row", "none");
        }
        explanation.breaches().forEach(breach -> line(text, "breach", breach));
        explanation.notes().forEach(note -> line(text, "note", note));
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(String.format("  %-8s%s\n", label, value.replace("\n", " ")));
    }

    private static String row(MatrixRow row) {
        StringBuilder text = new StringBuilder();
        row.stack().forEach((column, value) -> {
            if (!value.isEmpty()) {
                text.append(text.length() == 0 ? "" : ", ")
                        .append(column)
                        .append(' ')
                        .append(value);
            }
        });
        return text.append(" (").append(row.source()).append(')').toString();
    }

    private static Map<String, Object> json(Explanation explanation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", explanation.text());
        json.put("valid", explanation.valid());
        json.put("kind", explanation.release().map(release -> release.kind().toString()));
        json.put("normalized", explanation.normal().map(String::valueOf));
        json.put("tag", explanation.release().map(PolicyVersion::tag));
        json.put("summary", explanation.summary());
        json.put("faults", explanation.faults());
        json.put("vllm", explanation.vllm());
        json.put("row", explanation.row().map(MatrixCommand::json));
        json.put("breaches", explanation.breaches());
        json.put("notes", List.copyOf(explanation.notes()));
        return json;
    }
}
