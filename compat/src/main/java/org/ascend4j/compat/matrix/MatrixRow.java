package org.ascend4j.compat.matrix;

import java.util.List;
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
 * @param releaseDate {@code YYYY-MM-DD}, or {@code YYYY-MM} where only the month is printed
 * @param tagDate {@code YYYY-MM-DD} of the release's tag, if it was seen
 * @param founding true for the row of the founding policy document, which decides over later edits
 * @param source where the row was seen
 * @param oddities what is peculiar about the row, in words
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
        boolean founding,
        String source,
        List<String> oddities) {

    static MatrixRow read(TsvTable.Row row) {
        try {
            return new MatrixRow(
                    Pep440Version.parse(row.text("plugin")),
                    row.text("kind"),
                    row.items("vllm").stream().map(Pep440Version::parse).toList(),
                    Pep440SpecifierSet.parse(row.text("python")),
                    row.text("python_printed"),
                    CannVersion.parse(row.text("cann")),
                    Pep440Version.parse(row.text("torch")),
                    Pep440Version.parse(row.text("torch_npu")),
                    optional(row.text("triton_ascend")).map(Pep440Version::parse),
                    optional(row.text("mooncake")).map(Pep440Version::parse),
                    row.items("other_requirements"),
                    row.text("release_date"),
                    optional(row.text("tag_date")),
                    row.text("origin").equals("founding"),
                    row.text("source"),
                    row.items("oddities"));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(row.where() + ": " + malformed.getMessage(), malformed);
        }
    }

    private static Optional<String> optional(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
