package org.ascend4j.compat.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.compat.json.JsonWriter;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.SiteChange;
import org.ascend4j.compat.policy.MatrixView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code matrix}: prints the release matrix. */
@Command(
        name = "matrix",
        description = "Prints every release and the stack it fits.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class MatrixCommand implements Runnable {
    private static final String[] HEADER = {
        "vLLM Ascend",
        "vLLM",
        "Python",
        "CANN",
        "PyTorch / torch_npu",
        "Triton Ascend",
        "Mooncake",
        "Also needed",
        "Released"
    };

    /** How the matrix is printed. */
    enum Format {
        text,
        json,
        markdown
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private PolicyOptions options;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "text",
            description = "text, json, or markdown for a page to publish.")
    private Format format;

    @Option(names = "--matrix", paramLabel = "FILE", description = "A site's own rows over the published ones.")
    private Path site;

    @Override
    public void run() {
        MatrixView view = new MatrixView(PolicyOptions.matrix(spec, site), options.asOf());
        spec.commandLine()
                .getOut()
                .print(
                        switch (format) {
                            case text -> text(view);
                            case json -> JsonWriter.write(json(view));
                            case markdown -> markdown(view);
                        });
    }

    private static TextTable table(MatrixView view) {
        TextTable table = new TextTable(HEADER);
        view.rows()
                .forEach(row -> table.row(
                        "v" + row.plugin(),
                        "v"
                                + String.join(
                                        " or v",
                                        row.vllm().stream().map(String::valueOf).toList()),
                        row.pythonPrinted(),
                        row.cann().toString(),
                        row.torch() + " / " + row.torchNpu(),
                        row.tritonAscend().map(String::valueOf).orElse("N/A"),
                        row.mooncake().map(version -> "v" + version).orElse("N/A"),
                        row.otherRequirements().isEmpty() ? "-" : String.join("; ", row.otherRequirements()),
                        row.releaseDate().isEmpty() ? "-" : row.releaseDate()));
        return table;
    }

    private static String text(MatrixView view) {
        StringBuilder text = new StringBuilder();
        text.append(title(view)).append("\n\n").append(table(view).text());
        section(
                text,
                "This site's own changes",
                view.siteChanges().stream().map(SiteChange::toString).toList(),
                "  ");
        section(text, "Against the policy, or printed otherwise", remarks(view), "  ");
        section(text, "Releases without a row", view.releasesWithoutRow(), "  ");
        section(text, "main", mainRow(view).stream().toList(), "  ");
        return text.toString();
    }

    private static String markdown(MatrixView view) {
        StringBuilder text = new StringBuilder();
        text.append("# ").append(title(view)).append("\n\n").append(table(view).markdown());
        section(
                text,
                "## This site's own changes\n",
                escaped(view.siteChanges().stream().map(SiteChange::toString).toList()),
                "- ");
        section(text, "## Against the policy, or printed otherwise\n", escaped(remarks(view)), "- ");
        section(text, "## Releases without a row\n", escaped(view.releasesWithoutRow()), "- ");
        section(text, "## main\n", escaped(mainRow(view).stream().toList()), "- ");
        return text.toString();
    }

    private static List<String> escaped(List<String> lines) {
        return lines.stream().map(TextTable::escape).toList();
    }

    private static String title(MatrixView view) {
        return "Release matrix as of " + view.asOf().date() + " (" + view.asOf().document() + " document)";
    }

    private static void section(StringBuilder text, String title, List<String> lines, String bullet) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append('\n');
            lines.forEach(line -> text.append(bullet).append(line).append('\n'));
        }
    }

    private static List<String> remarks(MatrixView view) {
        return view.rows().stream()
                .flatMap(row -> view.notes(row).stream().map(note -> "v" + row.plugin() + ": " + note))
                .toList();
    }

    private static Optional<String> mainRow(MatrixView view) {
        return view.mainRow()
                .map(main -> "vLLM commit " + main.get("vllm_commit") + " (tag " + main.get("vllm_tag") + "), Python "
                        + main.get("python") + ", CANN " + main.get("cann") + ", torch " + main.get("torch")
                        + ", torch_npu " + main.get("torch_npu") + ", Triton Ascend " + main.get("triton_ascend"));
    }

    private static Map<String, Object> json(MatrixView view) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("as_of", view.asOf().date().toString());
        json.put("document", view.asOf().document());
        json.put(
                "rows",
                view.rows().stream()
                        .map(row -> {
                            Map<String, Object> one = json(row);
                            one.put("remarks", view.notes(row));
                            return one;
                        })
                        .toList());
        json.put(
                "site_changes",
                view.siteChanges().stream().map(MatrixCommand::json).toList());
        json.put("releases_without_row", view.releasesWithoutRow());
        json.put("main", view.mainRow());
        return json;
    }

    private static Map<String, Object> json(SiteChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("plugin", change.plugin().toString());
        json.put("column", change.column());
        json.put("published", change.published());
        json.put("site", change.site());
        json.put("where", change.where());
        return json;
    }

    /** One row, by the matrix's column names. */
    static Map<String, Object> json(MatrixRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("plugin", row.plugin().toString());
        json.put("kind", row.kind());
        json.put("vllm", row.vllm().stream().map(String::valueOf).toList());
        json.put("python", row.python().toString());
        json.put("python_printed", row.pythonPrinted());
        json.put("cann", row.cann().toString());
        json.put("torch", row.torch().toString());
        json.put("torch_npu", row.torchNpu().toString());
        json.put("triton_ascend", row.tritonAscend().map(String::valueOf));
        json.put("mooncake", row.mooncake().map(String::valueOf));
        json.put("other_requirements", row.otherRequirements());
        json.put("release_date", row.releaseDate());
        json.put("origin", row.origin().name().toLowerCase(java.util.Locale.ROOT));
        json.put("source", row.source());
        json.put("oddities", row.oddities());
        json.put("variants", row.variants());
        return json;
    }
}
