package org.ascend4j.compat.matrix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.Pep440SpecifierSet;
import org.ascend4j.compat.version.Pep440Version;

/**
 * One row of the release matrix: the stack that one plugin release fits.
 *
 * @param plugin the plugin release
 * @param kind {@code final}, {@code rc} or {@code post}
 * @param vllm the vLLM releases it fits, one as a rule
 * @param python the Python versions it supports
 * @param pythonPrinted the same as the document prints it
 * @param cann the CANN release
 * @param torch the PyTorch release
 * @param torchNpu the torch_npu release
 * @param tritonAscend the Triton Ascend release, if the document names one
 * @param mooncake the Mooncake release, if the document names one
 * @param otherRequirements further packages, each as name, version and remark
 * @param releaseDate {@code YYYY-MM-DD}, or {@code YYYY-MM} where only the month is printed; empty if unknown
 * @param tagDate {@code YYYY-MM-DD} of the release's tag, if it was seen
 * @param origin which document has the row
 * @param source where the row was seen
 * @param oddities what is peculiar about the row, in words
 * @param variants what other branches and tags print in the same row, in words
 */
public record MatrixRow(
        Pep440Version plugin,
        String kind,
        List<Pep440Version> vllm,
        Pep440SpecifierSet python,
        String pythonPrinted,
        CannVersion cann,
        Pep440Version torch,
        Pep440Version torchNpu,
        Optional<Pep440Version> tritonAscend,
        Optional<Pep440Version> mooncake,
        List<String> otherRequirements,
        String releaseDate,
        Optional<String> tagDate,
        Origin origin,
        String source,
        List<String> oddities,
        List<String> variants) {

    /** Which document has a row; the site's decides over the founding one, which decides over the published. */
    public enum Origin {
        SITE,
        FOUNDING,
        PUBLISHED
    }

    /** True for the row of the founding policy document, which decides over later edits. */
    public boolean founding() {
        return origin == Origin.FOUNDING;
    }

    static MatrixRow read(TsvTable.Row row) {
        Origin origin = row.text("origin").equals("founding") ? Origin.FOUNDING : Origin.PUBLISHED;
        return read(row, origin, row.where());
    }

    /** Reads a row. Plain loops, because the command reads all rows at every start and a first lambda is slow. */
    static MatrixRow read(TsvTable.Cells cells, Origin origin, String where) {
        try {
            List<Pep440Version> vllm = new ArrayList<>();
            for (String version : TsvTable.split(cells.text("vllm"))) {
                vllm.add(Pep440Version.parse(version));
            }
            return new MatrixRow(
                    Pep440Version.parse(cells.text("plugin")),
                    cells.text("kind"),
                    List.copyOf(vllm),
                    Pep440SpecifierSet.parse(cells.text("python")),
                    cells.text("python_printed"),
                    CannVersion.parse(cells.text("cann")),
                    Pep440Version.parse(cells.text("torch")),
                    Pep440Version.parse(cells.text("torch_npu")),
                    version(cells.text("triton_ascend")),
                    version(cells.text("mooncake")),
                    TsvTable.split(cells.text("other_requirements")),
                    cells.text("release_date"),
                    optional(cells.text("tag_date")),
                    origin,
                    cells.text("source"),
                    TsvTable.split(cells.text("oddities")),
                    TsvTable.split(cells.text("variants")));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(where + ": " + malformed.getMessage(), malformed);
        }
    }

    private static Optional<Pep440Version> version(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Pep440Version.parse(text));
    }

    private static Optional<String> optional(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** The stack as printed, by column name; what the row does not name is empty. */
    public Map<String, String> stack() {
        Map<String, String> stack = new LinkedHashMap<>();
        stack.put("vllm", String.join(" | ", vllm.stream().map(String::valueOf).toList()));
        stack.put("python", python.toString());
        stack.put("cann", cann.toString());
        stack.put("torch", torch.toString());
        stack.put("torch_npu", torchNpu.toString());
        stack.put("triton_ascend", tritonAscend.map(String::valueOf).orElse(""));
        stack.put("mooncake", mooncake.map(String::valueOf).orElse(""));
        stack.put("other_requirements", String.join(" | ", otherRequirements));
        return stack;
    }

    /** What another row of the same release says otherwise: {@code column value}, in column order. */
    public List<String> differencesIn(MatrixRow other) {
        List<String> differences = new ArrayList<>();
        Map<String, String> theirs = other.stack();
        stack().forEach((column, value) -> {
            if (!value.equals(theirs.get(column))) {
                differences.add(column + " " + (theirs.get(column).isEmpty() ? "none" : theirs.get(column)));
            }
        });
        return differences;
    }
}
