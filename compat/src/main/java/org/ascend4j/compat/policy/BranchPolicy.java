package org.ascend4j.compat.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * The branch table of a day and what it allows (policy: branches and their states). Only some vLLM
 * releases get a line, and each minor supports its latest micro.
 */
public final class BranchPolicy {
    /** The time frame of Maintained, "about two to three minor versions". */
    private static final int MAINTAINED_MINORS = 3;

    private final AsOf asOf;
    private final Set<PolicyVersion> released;
    private final List<Branch> branches;

    /**
     * One line of the branch table.
     *
     * @param listed false for a branch that exists though the table does not have it
     */
    public record Branch(BranchName name, boolean listed, String state, String note, String source) {}

    private BranchPolicy(AsOf asOf) {
        this.asOf = asOf;
        this.released = ReleaseSchedule.at(asOf).released();
        this.branches = Stream.concat(table(), asOf.founding() ? Stream.empty() : features())
                .filter(branch -> begun(branch.name))
                .toList();
    }

    /** The branches as they stand on a day. */
    public static BranchPolicy at(AsOf asOf) {
        return new BranchPolicy(asOf);
    }

    private Stream<Branch> table() {
        return TsvTable.resource("branches.tsv").rows().stream()
                .filter(row -> row.text("document").equals(asOf.document()))
                .map(row -> new Branch(
                        BranchName.of(row.text("branch")),
                        !row.text("listed").equals("no"),
                        row.text("state"),
                        row.text("note"),
                        row.text("source")));
    }

    private static Stream<Branch> features() {
        return TsvTable.resource("feature_branches.tsv").rows().stream()
                .map(row -> new Branch(
                        BranchName.of(row.text("branch")),
                        true,
                        row.text("state"),
                        row.text("rfc") + ", merge planned " + row.text("scheduled_merge") + ", mentor "
                                + row.text("mentor"),
                        "main"));
    }

    /** A line begins with its first release; the founding document's are there from the start. */
    private boolean begun(BranchName name) {
        return asOf.founding()
                || name.line().isEmpty()
                || released.stream()
                        .anyMatch(release -> release.base().equals(name.line().get()));
    }

    /** Every branch of the day, listed ones in the table's order. */
    public List<Branch> branches() {
        return branches;
    }

    /** What may land on a branch, known or not. */
    public BranchAnswer answer(String name) {
        BranchName asked = BranchName.of(name);
        Optional<Branch> found =
                branches.stream().filter(branch -> branch.name.equals(asked)).findFirst();
        Optional<BranchState> state = found.flatMap(branch -> BranchState.named(branch.state));
        List<String> sentences = new ArrayList<>();
        if (found.isEmpty()) {
            sentences.add(
                    "Unknown: no such branch in the facts as of " + asOf.date() + "; nothing is promised about it");
        } else if (state.isEmpty()) {
            sentences.add("It exists but is not in the branch table: no state is printed, so nothing is promised");
        } else {
            sentences.add(state.get().meaning());
            found.map(Branch::note).filter(note -> !note.isEmpty()).ifPresent(sentences::add);
        }
        addRoleRules(asked, sentences);
        Optional<String> next = state.filter(BranchState::releases).flatMap(allowed -> next(asked));
        return new BranchAnswer(
                asked,
                found.map(Branch::listed).orElse(false),
                found.isPresent(),
                state,
                next,
                sentences,
                claims(asked, state));
    }

    private void addRoleRules(BranchName asked, List<String> sentences) {
        switch (asked.role()) {
            case MAIN -> sentences.add("Every change lands here first; candidates are cut for the newest vLLM release");
            case RELEASE -> {
                sentences.add(PolicyRules.of("branch").get(2));
                newerLine(asked)
                        .ifPresent(newer ->
                                sentences.add("Each minor supports its latest: " + newer.text() + " took over"));
            }
            case CANDIDATE -> sentences.add(PolicyRules.of("branch").get(0));
            case FEATURE -> {
                sentences.add("It ends in main; releases are tagged on main and on release lines");
                sentences.addAll(PolicyRules.of("feature_branch"));
            }
            case OTHER ->
                sentences.add("Its name follows no rule; expected main, releases/vX.Y.Z, vX.Y.Z-dev or rfc/...");
        }
    }

    private Optional<BranchName> newerLine(BranchName asked) {
        return lines().filter(line -> minor(line).equals(minor(asked)))
                .filter(line -> line.line().orElseThrow().compareTo(asked.line().orElseThrow()) > 0)
                .max(Comparator.comparing(line -> line.line().orElseThrow()));
    }

    private Stream<BranchName> lines() {
        return branches.stream()
                .filter(Branch::listed)
                .map(Branch::name)
                .filter(name -> name.role() == BranchName.Role.RELEASE);
    }

    private static String minor(BranchName name) {
        return name.line().orElseThrow().minor();
    }

    /** A release line's next: a post once its final is out, before that the next candidate. */
    private Optional<String> next(BranchName asked) {
        return asked.line().map(line -> {
            boolean finalOut = released.contains(line);
            PolicyVersion.Kind kind = finalOut ? PolicyVersion.Kind.POST : PolicyVersion.Kind.RC;
            BigInteger number = released.stream()
                    .filter(release -> release.kind() == kind && release.base().equals(line))
                    .map(release -> release.number().orElseThrow())
                    .max(Comparator.naturalOrder())
                    .orElse(BigInteger.ZERO)
                    .add(BigInteger.ONE);
            return finalOut ? line.post(number).toString() : line.rc(number) + " or the final " + line;
        });
    }

    /** How many minors with a line of their own are newer; 0 for the newest. */
    public int minorsBack(BranchName asked) {
        PolicyVersion line = asked.line().orElseThrow();
        return (int) lines().filter(other -> other.line().orElseThrow().compareTo(line) > 0)
                .map(BranchPolicy::minor)
                .filter(minor -> !minor.equals(line.minor()))
                .distinct()
                .count();
    }

    private List<String> claims(BranchName asked, Optional<BranchState> state) {
        List<String> claims = new ArrayList<>();
        boolean maintained = state.filter(BranchState::maintained).isPresent();
        if (asked.role() == BranchName.Role.RELEASE && maintained && minorsBack(asked) > MAINTAINED_MINORS) {
            claims.add("Printed " + state.get().name() + ", but " + minorsBack(asked)
                    + " minors with a line of their own are newer and the time frame is "
                    + state.get().timeFrame() + ": a claim, not support");
        }
        if (asked.role() == BranchName.Role.FEATURE && maintained) {
            claims.addAll(PolicyRules.of("feature_branch_claim"));
        }
        return claims;
    }

    /** The claims about one listed branch. */
    public List<String> claims(Branch branch) {
        return claims(branch.name, BranchState.named(branch.state));
    }
}
