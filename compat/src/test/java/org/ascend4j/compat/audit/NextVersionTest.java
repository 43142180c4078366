package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.version.PolicyVersion;
import org.ascend4j.compat.version.PolicyVersion.Kind;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextVersionTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");
    private final PolicyFacts policy = new PolicyFacts(ReleaseMatrix.embedded());

    private Proposal next(Kind kind, String vllm, String... released) {
        List<PolicyVersion> tags =
                Set.of(released).stream().map(PolicyVersion::parse).toList();
        return new NextVersion(tags, policy, TODAY)
                .propose(kind, Optional.ofNullable(vllm).map(PolicyVersion::parse));
    }

    private static String version(Proposal proposal) {
        return proposal.version()
                .map(PolicyVersion::tag)
                .orElseThrow(() -> new AssertionError(String.join("; ", proposal.reasons())));
    }

    private static String refusal(Proposal proposal) {
        assertThat(proposal.version()).isEmpty();
        return String.join("\n", proposal.reasons());
    }

    @Test
    void countsCandidatesUp() {
        assertThat(version(next(Kind.RC, "0.23.0"))).isEqualTo("v0.23.0rc1");
        assertThat(version(next(Kind.RC, "0.23.0", "v0.23.0rc0"))).isEqualTo("v0.23.0rc1");
        assertThat(version(next(Kind.RC, "0.23.0", "v0.23.0rc1", "v0.23.0rc9", "v0.18.0rc20")))
                .isEqualTo("v0.23.0rc10");
        assertThat(version(next(Kind.RC, null))).isEqualTo("v0.30.0rc1");
    }

    @Test
    void givesAFinalTheNumberOfItsVllm() {
        assertThat(version(next(Kind.FINAL, "0.23.0", "v0.23.0rc1"))).isEqualTo("v0.23.0");
        assertThat(version(next(Kind.FINAL, null, "v0.18.0rc1", "v0.23.0rc1", "v0.23.0")))
                .isEqualTo("v0.18.0");
        assertThat(next(Kind.FINAL, "0.23.0", "v0.23.0rc1").reasons())
                .containsExactly(
                        "tagged so far: v0.23.0rc1",
                        "a final carries exactly the number of its vLLM",
                        "row 0.23.0 fits vLLM 0.23.0: CANN 9.1.0, torch 2.10.0, torch_npu 2.10.0.post4");
    }

    @Test
    void letsPostsFollowTheirFinal() {
        assertThat(version(next(Kind.POST, null, "v0.18.0", "v0.23.0"))).isEqualTo("v0.23.0.post1");
        assertThat(version(next(Kind.POST, "0.18.0", "v0.18.0", "v0.18.0.post1")))
                .isEqualTo("v0.18.0.post2");
    }

    @Test
    void refusesWhatThePolicyForbids() {
        assertThat(refusal(next(Kind.RC, "0.23.0", "v0.23.0"))).contains("precedes its final");
        assertThat(refusal(next(Kind.FINAL, "0.23.0", "v0.23.0"))).contains("released already");
        assertThat(refusal(next(Kind.POST, "0.23.0", "v0.23.0rc1"))).contains("0.23.0 is not released");
        assertThat(refusal(next(Kind.POST, null))).contains("no final is tagged");
        assertThat(refusal(next(Kind.FINAL, null))).contains("--vllm");
        assertThat(refusal(next(Kind.RC, "0.99.0")))
                .contains("names no vLLM 0.99.0")
                .contains("--matrix");
        assertThat(refusal(next(Kind.RC, "0.7.1"))).contains("v0.7.1-dev is Unmaintained");
        // The rows of vLLM 0.9.2 name a development build of torch_npu, which only candidates may.
        assertThat(refusal(next(Kind.FINAL, "0.9.2", "v0.9.2rc1"))).contains("may not ask for a dev build");
        assertThat(version(next(Kind.RC, "0.9.2", "v0.9.2rc1"))).isEqualTo("v0.9.2rc2");
    }

    @Test
    void neverProposesWhatTheAuditThenFinds(@TempDir Path directory) {
        String[] lines = {"0.23.0", "0.18.0", "0.13.0"};
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            Set<PolicyVersion> released = new TreeSet<>();
            try (TestRepository repository = new TestRepository(directory.resolve("seed" + seed))) {
                ObjectId tip = repository.commit(null, "Begin", "a", "1\n");
                for (int step = 0; step < 30; step++) {
                    tip = repository.commit(tip, "Step", "a", step + "\n");
                    Kind kind = Kind.values()[random.nextInt(3)];
                    Optional<PolicyVersion> line = Optional.of(PolicyVersion.parse(lines[random.nextInt(3)]));
                    Optional<PolicyVersion> next = new NextVersion(released, policy, TODAY)
                            .propose(kind, line)
                            .version();
                    if (next.isPresent()) {
                        released.add(next.get());
                        repository.tag(next.get().tag(), tip);
                    }
                }
                repository.main(tip);
                for (String line : lines) {
                    repository.branch("releases/v" + line, tip);
                }
                AuditReport report = repository.audit();
                assertThat(report.releases()).hasSize(released.size()).hasSizeGreaterThan(3);
                assertThat(report.findings()).as("seed " + seed).isEmpty();
            }
        }
    }

    @Test
    void findsEverySequenceThatBreaksTheRules(@TempDir Path directory) {
        int broken = 0;
        for (long seed = 1; seed <= 30; seed++) {
            Random random = new Random(seed);
            List<String> names = new ArrayList<>(List.of("rc0", "rc1", "rc2", "rc3", "", ".post1", ".post2", ".post3"));
            java.util.Collections.shuffle(names, random);
            List<String> order = names.subList(0, 1 + random.nextInt(names.size()));
            try (TestRepository repository = new TestRepository(directory.resolve("seed" + seed))) {
                ObjectId tip = null;
                for (String name : order) {
                    tip = repository.commit(tip, "Release", "a", name + "\n");
                    repository.tag("v0.23.0" + name, tip);
                }
                repository.main(tip);
                repository.branch("releases/v0.23.0", tip);
                Set<String> found = new TreeSet<>();
                repository.audit().findings().forEach(finding -> found.add(finding.id() + " " + finding.ref()));
                assertThat(found).as("seed " + seed + ", order " + order).isEqualTo(broken(order));
                broken += found.isEmpty() ? 0 : 1;
            }
        }
        assertThat(broken).isBetween(10, 29);
    }

    /** The rules word by word, on a list of releases in the order they were made. */
    private static Set<String> broken(List<String> order) {
        Set<String> broken = new TreeSet<>();
        for (int at = 0; at < order.size(); at++) {
            String name = order.get(at);
            if (name.isEmpty()) {
                continue;
            }
            String kind = name.startsWith("rc") ? "rc" : "post";
            int number = name.charAt(name.length() - 1) - '0';
            int before = order.indexOf(name.substring(0, name.length() - 1) + (number - 1));
            int last = order.indexOf("");
            if (before < 0 && number > 1) {
                broken.add(kind + "-gap refs/tags/v0.23.0" + name);
            }
            if (before > at) {
                broken.add(kind + "-order refs/tags/v0.23.0" + name);
            }
            if (kind.equals("rc") && last >= 0 && last < at) {
                broken.add("rc-after-final refs/tags/v0.23.0" + name);
            }
            if (kind.equals("post") && last < 0) {
                broken.add("post-without-final refs/tags/v0.23.0" + name);
            }
            if (kind.equals("post") && last > at) {
                broken.add("post-before-final refs/tags/v0.23.0" + name);
            }
        }
        return broken;
    }
}
