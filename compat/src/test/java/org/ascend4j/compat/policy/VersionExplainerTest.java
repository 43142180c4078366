package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.junit.jupiter.api.Test;

class VersionExplainerTest {
    private final VersionExplainer explainer = new VersionExplainer(ReleaseMatrix.embedded());

    @Test
    void explainsEveryRelease() {
        for (MatrixRow row : ReleaseMatrix.embedded().decidingRows()) {
            Explanation explanation = explainer.explain("v" + row.plugin());
            assertThat(explanation.valid()).as(row.plugin().toString()).isTrue();
            assertThat(explanation.row()).contains(row);
            assertThat(explanation.release().orElseThrow().kind()).hasToString(row.kind());
            assertThat(explanation.vllm())
                    .isEqualTo(row.vllm().stream().map(String::valueOf).toList());
        }
    }

    @Test
    void saysWhatEachKindIs() {
        assertThat(explainer.explain("0.23.0").summary())
                .isEqualTo("The final release 0.23.0: its number is that of the vLLM release it fits");
        assertThat(explainer.explain("v0.23.0rc1").summary())
                .isEqualTo("Release candidate 1 of 0.23.0: precedes that final, for early testers");
        assertThat(explainer.explain("0.23.0.post1").summary())
                .isEqualTo("Post release 1 of the final 0.23.0: bug fixes after it, for the same vLLM");
    }

    @Test
    void knowsReleasesWithoutARow() {
        Explanation explanation = explainer.explain("v0.30.0rc2");
        assertThat(explanation.valid()).isTrue();
        assertThat(explanation.row()).isEmpty();
        assertThat(explanation.vllm()).containsExactly("0.30.0");
        assertThat(explanation.notes())
                .singleElement()
                .asString()
                .startsWith("Released 2026-10-13 without a matrix row; its pins: CANN 9.2.0_20260930220649");
    }

    @Test
    void showsTheLaterEditBesideTheFoundingRow() {
        Explanation explanation = explainer.explain("0.7.1rc1");
        assertThat(explanation.row().orElseThrow().founding()).isTrue();
        assertThat(explanation.notes())
                .contains("The founding row decides; a later edit of it says python >=3.9,<3.12");
    }

    @Test
    void flagsBreachesOfPublishedReleases() {
        assertThat(explainer.explain("0.13.0rc3").breaches())
                .containsExactly("a candidate precedes its final, and 0.13.0 is released already");
        assertThat(explainer.explain("0.18.0").breaches()).hasSize(3);
        assertThat(explainer.explain("0.14.0rc1").breaches()).hasSize(1);
        assertThat(explainer.explain("0.18.0").notes())
                .anyMatch(note -> note.startsWith("Printed elsewhere: mooncake 3.9.0 on releases/v0.18.0"));
    }

    @Test
    void saysWhyATextIsNoValidRelease() {
        Explanation early = explainer.explain("v0.24.0.post1");
        assertThat(early.valid()).isFalse();
        assertThat(early.faults()).containsExactly("a post release follows its final, and 0.24.0 is not released");
        Explanation next = explainer.explain("v0.23.0.post2");
        assertThat(next.valid()).isTrue();
        assertThat(next.vllm()).containsExactly("0.23.0");
        assertThat(next.notes()).containsExactly("The matrix has no row for it and no release of that number is known");
        Explanation dev = explainer.explain("0.23.0+gitabc");
        assertThat(dev.valid()).isFalse();
        assertThat(dev.summary()).isEqualTo("A PEP 440 version, 0.23.0+gitabc, but no plugin release");
        assertThat(dev.notes()).containsExactly("The release it resembles is v0.23.0");
        Explanation cann = explainer.explain("8.2.RC1.alpha003");
        assertThat(cann.summary()).isEqualTo("Neither a plugin release nor a PEP 440 version");
        assertThat(cann.notes())
                .containsExactly("It reads as a CANN or driver number; those have an order of their own");
        assertThat(explainer.explain("hello").notes()).isEmpty();
        assertThat(explainer.explain("hello").faults()).hasSize(1);
    }
}
