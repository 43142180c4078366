package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.version.Pep440Version;
import org.ascend4j.compat.version.PolicyVersion;
import org.junit.jupiter.api.Test;

class ReleaseRulesTest {
    private static List<String> objections(String next, String... released) {
        return ReleaseRules.objections(
                PolicyVersion.parse(next),
                Stream.of(released).map(PolicyVersion::parse).toList());
    }

    private static MatrixRow row(String plugin) {
        return ReleaseMatrix.embedded().row(Pep440Version.parse(plugin)).orElseThrow();
    }

    @Test
    void countsCandidatesUpBeforeTheirFinal() {
        assertThat(objections("1.2.0rc1")).isEmpty();
        assertThat(objections("1.2.0rc0")).isEmpty();
        assertThat(objections("1.2.0rc1", "1.2.0rc0")).isEmpty();
        assertThat(objections("1.2.0rc3", "1.2.0rc1", "1.2.0rc2", "1.1.0rc9")).isEmpty();
        assertThat(objections("1.2.0rc2")).containsExactly("rc numbers count up one by one; the next is rc1");
        assertThat(objections("1.2.0rc4", "1.2.0rc2"))
                .containsExactly("rc numbers count up one by one; the next is rc3");
        assertThat(objections("1.2.0rc1", "1.2.0rc2"))
                .containsExactly("rc numbers count up one by one; the next is rc3");
        assertThat(objections("1.2.0rc2", "1.2.0rc1", "1.2.0"))
                .containsExactly("a candidate precedes its final, and 1.2.0 is released already");
        assertThat(objections("1.2.0rc1", "1.2.0rc1")).containsExactly("1.2.0rc1 is released already");
    }

    @Test
    void letsPostsFollowTheirFinalOnly() {
        assertThat(objections("1.2.0.post1", "1.2.0")).isEmpty();
        assertThat(objections("1.2.0.post2", "1.2.0", "1.2.0.post1")).isEmpty();
        assertThat(objections("1.2.0.post1", "1.2.0rc1", "1.1.0"))
                .containsExactly("a post release follows its final, and 1.2.0 is not released");
        assertThat(objections("1.2.0.post0", "1.2.0"))
                .containsExactly("post numbers count up one by one; the next is post1");
        assertThat(objections("1.2.0.post3", "1.2.0", "1.2.0.post1"))
                .containsExactly("post numbers count up one by one; the next is post2");
    }

    @Test
    void letsAFinalComeOnce() {
        assertThat(objections("1.2.0")).isEmpty();
        assertThat(objections("1.2.0", "1.2.0rc1")).isEmpty();
        assertThat(objections("1.2.0", "1.2.0")).containsExactly("1.2.0 is released already");
    }

    @Test
    void holdsEveryFinalAndPostToItsVllm() {
        List<MatrixRow> strict = ReleaseMatrix.embedded().decidingRows().stream()
                .filter(row -> !row.kind().equals("rc"))
                .toList();
        assertThat(strict).hasSize(8);
        assertThat(strict)
                .allSatisfy(row -> assertThat(ReleaseRules.vllmMismatch(row)).isEmpty());
    }

    @Test
    void flagsCandidatesThatFitAnotherVllm() {
        assertThat(ReleaseRules.vllmMismatch(row("0.14.0rc1")))
                .contains("the number names vLLM 0.14.0, and the row fits 0.14.1");
        assertThat(ReleaseRules.vllmMismatch(row("0.10.1rc1")))
                .contains("the number names vLLM 0.10.1, and the row fits 0.10.1 or 0.10.1.1");
        assertThat(ReleaseMatrix.embedded().decidingRows().stream()
                        .filter(row -> ReleaseRules.vllmMismatch(row).isPresent())
                        .map(row -> row.plugin().toString()))
                .containsExactly("0.14.0rc1", "0.11.0rc0", "0.10.1rc1", "0.8.5rc1");
    }
}
