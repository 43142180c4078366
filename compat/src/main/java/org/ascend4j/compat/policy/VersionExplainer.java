package org.ascend4j.compat.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.matrix.SiteChange;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.Pep440Version;
import org.ascend4j.compat.version.PolicyVersion;

/** Says in words what a version is, what it matches and which row applies (policy: scheme and release kinds). */
public final class VersionExplainer {
    private final ReleaseMatrix matrix;

    public VersionExplainer(ReleaseMatrix matrix) {
        this.matrix = matrix;
    }

    /** Explains any text. */
    public Explanation explain(String text) {
        Optional<PolicyVersion> release = PolicyVersion.tryParse(text);
        return release.isPresent() ? explainRelease(text, release.get()) : explainOther(text);
    }

    private static Explanation explainOther(String text) {
        Optional<Pep440Version> normal = Pep440Version.tryParse(text);
        List<String> notes = new ArrayList<>();
        if (normal.isEmpty() && CannVersion.tryParse(text).isPresent()) {
            notes.add("It reads as a CANN or driver number; those have an order of their own");
        }
        normal.map(Pep440Version::publicPart)
                .map(String::valueOf)
                .filter(plain -> PolicyVersion.tryParse(plain).isPresent())
                .ifPresent(plain -> notes.add("The release it resembles is v" + plain));
        String summary = normal.map(version -> "A PEP 440 version, " + version + ", but no plugin release")
                .orElse("Neither a plugin release nor a PEP 440 version");
        return new Explanation(
                text,
                Optional.empty(),
                normal,
                summary,
                PolicyVersion.faults(text),
                List.of(),
                Optional.empty(),
                notes,
                List.of());
    }

    private Explanation explainRelease(String text, PolicyVersion release) {
        Optional<MatrixRow> row = matrix.row(release.version());
        Optional<TsvTable.Row> unlisted = unlisted(release);
        List<String> notes = new ArrayList<>();
        List<String> breaches = new ArrayList<>();
        row.ifPresent(there -> addRowNotes(there, notes, breaches));
        if (row.isEmpty()) {
            notes.add(unlisted.map(VersionExplainer::unlistedNote)
                    .orElse("The matrix has no row for it and no release of that number is known"));
        }
        ReleaseSchedule schedule = ReleaseSchedule.at(AsOf.today());
        breaches.addAll(schedule.breaches().getOrDefault(release, List.of()));
        Set<PolicyVersion> released = schedule.released();
        boolean exists = row.isPresent() || released.contains(release);
        List<String> vllm = row.map(MatrixRow::vllm)
                .map(list -> list.stream().map(String::valueOf).toList())
                .or(() -> unlisted.map(there -> there.items("vllm")))
                .orElse(List.of(release.base().toString()));
        return new Explanation(
                text,
                Optional.of(release),
                Optional.of(release.version()),
                summary(release),
                exists ? List.of() : ReleaseRules.objections(release, released),
                vllm,
                row,
                notes,
                breaches);
    }

    private static String summary(PolicyVersion release) {
        return switch (release.kind()) {
            case FINAL -> "The final release " + release + ": its number is that of the vLLM release it fits";
            case RC ->
                "Release candidate " + release.number().orElseThrow() + " of " + release.base()
                        + ": precedes that final, for early testers";
            case POST ->
                "Post release " + release.number().orElseThrow() + " of the final " + release.base()
                        + ": bug fixes after it, for the same vLLM";
        };
    }

    private void addRowNotes(MatrixRow row, List<String> notes, List<String> breaches) {
        ReleaseRules.vllmMismatch(row).ifPresent(breaches::add);
        breaches.addAll(TorchNpuRule.breaches(row));
        matrix.siteChanges().stream()
                .filter(change -> change.plugin().equals(row.plugin()))
                .map(SiteChange::toString)
                .forEach(change -> notes.add("This site: " + change));
        laterEdit(matrix, row).ifPresent(notes::add);
        TorchNpuRule.pairingMismatch(row).ifPresent(notes::add);
        notes.addAll(row.oddities());
        row.variants().forEach(variant -> notes.add("Printed elsewhere: " + variant));
    }

    /** Where the founding row decides, what a later edit of it says. */
    static Optional<String> laterEdit(ReleaseMatrix matrix, MatrixRow row) {
        return matrix.laterEdit(row.plugin())
                .filter(edit -> row.founding())
                .map(edit -> "The founding row decides; a later edit of it says "
                        + String.join(", ", row.differencesIn(edit)));
    }

    private static Optional<TsvTable.Row> unlisted(PolicyVersion release) {
        return TsvTable.resource("unlisted_releases.tsv").rows().stream()
                .filter(row -> row.text("plugin").equals(release.toString()))
                .findFirst();
    }

    private static String unlistedNote(TsvTable.Row row) {
        return "Released " + row.text("date") + " without a matrix row; its pins: CANN " + row.text("cann_printed")
                + ", torch " + row.text("torch") + ", torch_npu " + row.text("torch_npu") + ", Triton Ascend "
                + row.text("triton_ascend") + ", Mooncake " + row.text("mooncake") + " (" + row.text("source") + ")";
    }
}
