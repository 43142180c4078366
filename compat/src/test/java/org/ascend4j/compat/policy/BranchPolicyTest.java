package org.ascend4j.compat.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BranchPolicyTest {
    private final BranchPolicy today = BranchPolicy.at(AsOf.parse("2026-11-23"));

    @Test
    void readsEveryFormOfName() {
        assertThat(BranchName.of("main").role()).isEqualTo(BranchName.Role.MAIN);
        assertThat(BranchName.of("v0.7.3-dev").role()).isEqualTo(BranchName.Role.RELEASE);
        assertThat(BranchName.of("v0.7.3-dev").line().orElseThrow()).hasToString("0.7.3");
        assertThat(BranchName.of("releases/v0.23.0").role()).isEqualTo(BranchName.Role.RELEASE);
        assertThat(BranchName.of("releases/v0.24.0rc").role()).isEqualTo(BranchName.Role.CANDIDATE);
        assertThat(BranchName.of("rfc/x").role()).isEqualTo(BranchName.Role.FEATURE);
        for (String other : new String[] {
            "", "rfc/", "master", "v0.7-dev", "v0.7.03-dev", "releases/0.7.3", "releases/v0.7.3rc1", "origin/main"
        }) {
            assertThat(BranchName.of(other).role()).as(other).isEqualTo(BranchName.Role.OTHER);
        }
    }

    @Test
    void allowsByState() {
        BranchAnswer maintained = today.answer("releases/v0.23.0");
        assertThat(maintained.exists()).isTrue();
        assertThat(maintained.listed()).isTrue();
        assertThat(maintained.state().orElseThrow())
                .isEqualTo(new BranchState(
                        "Maintained",
                        "about two to three minor versions",
                        true,
                        true,
                        true,
                        "Fixes land, releases are cut, CI watches the branch."));
        assertThat(maintained.next()).contains("0.23.0.post2");
        assertThat(maintained.claims()).isEmpty();
        assertThat(maintained.sentences())
                .contains("CI against vLLM 0.23.0", "Changes go to main first and are ported back afterwards.");

        BranchAnswer unmaintained = today.answer("v0.7.1-dev");
        BranchState state = unmaintained.state().orElseThrow();
        assertThat(state.bugfixes()).isTrue();
        assertThat(state.releases()).isFalse();
        assertThat(state.ci()).isFalse();
        assertThat(unmaintained.next()).isEmpty();

        BranchState frozen = BranchState.named("EOL").orElseThrow();
        assertThat(frozen.name()).isEqualTo("End of Life (EOL)");
        assertThat(BranchState.named(frozen.name())).contains(frozen);
        assertThat(frozen.bugfixes() || frozen.releases() || frozen.ci()).isFalse();
        assertThat(BranchState.named("OL")).isEmpty();
        assertThat(BranchState.all()).hasSize(3);
    }

    @Test
    void supportsTheLatestOfEachMinor() {
        assertThat(today.answer("v0.7.1-dev").sentences())
                .contains("Each minor supports its latest: v0.7.3-dev took over");
        assertThat(today.answer("v0.7.3-dev").sentences()).noneMatch(sentence -> sentence.contains("took over"));
    }

    @Test
    void flagsMaintainedLinesBeyondThreeMinorsAsClaims() {
        assertThat(today.minorsBack(BranchName.of("releases/v0.30.0"))).isZero();
        assertThat(today.minorsBack(BranchName.of("releases/v0.13.0"))).isEqualTo(3);
        assertThat(today.answer("releases/v0.13.0").claims()).isEmpty();
        assertThat(today.answer("v0.11.0-dev").claims())
                .containsExactly("Printed Maintained, but 4 minors with a line of their own are newer and the time"
                        + " frame is about two to three minor versions: a claim, not support");
        assertThat(today.answer("v0.7.3-dev").claims())
                .singleElement()
                .asString()
                .contains("6 minors");
        assertThat(today.answer("v0.7.1-dev").claims()).isEmpty();
        BranchPolicy summer = BranchPolicy.at(AsOf.parse("2026-08-22"));
        assertThat(summer.branches().stream()
                        .filter(branch -> branch.name().role() == BranchName.Role.RELEASE)
                        .filter(branch -> !summer.claims(branch).isEmpty())
                        .map(branch -> branch.name().text()))
                .containsExactly("v0.9.1-dev", "v0.7.3-dev");
    }

    @Test
    void knowsMainAndFeatureBranches() {
        BranchAnswer main = today.answer("main");
        assertThat(main.state().orElseThrow().name()).isEqualTo("Maintained");
        assertThat(main.next()).isEmpty();
        assertThat(main.sentences()).anyMatch(sentence -> sentence.startsWith("Every change lands here first"));
        BranchAnswer feature = today.answer("rfc/long_seq_optimization");
        assertThat(feature.listed()).isTrue();
        assertThat(feature.claims()).singleElement().asString().contains("does not exist in the source read");
        assertThat(feature.sentences()).anyMatch(sentence -> sentence.contains("two maintainers"));
        BranchAnswer unlisted = today.answer("rfc/vllm_cann");
        assertThat(unlisted.exists()).isTrue();
        assertThat(unlisted.listed()).isFalse();
        assertThat(unlisted.state()).isEmpty();
        assertThat(unlisted.claims()).isEmpty();
    }

    @Test
    void saysThatABranchIsUnknown() {
        for (String name : new String[] {"releases/v0.99.0", "rfc/none", "nonsense"}) {
            BranchAnswer answer = today.answer(name);
            assertThat(answer.exists()).isFalse();
            assertThat(answer.listed()).isFalse();
            assertThat(answer.state()).isEmpty();
            assertThat(answer.next()).isEmpty();
            assertThat(answer.sentences().get(0)).startsWith("Unknown: no such branch in the facts as of 2026-11-23");
        }
        assertThat(today.answer("nonsense").sentences().get(1)).startsWith("Its name follows no rule");
        assertThat(today.answer("releases/v0.24.0rc").sentences())
                .contains("It exists but is not in the branch table: no state is printed, so nothing is promised");
    }

    @Test
    void showsTheFoundingBranchesInFebruary2025() {
        BranchPolicy founding = BranchPolicy.at(AsOf.parse("2025-02-19"));
        assertThat(founding.branches())
                .extracting(branch -> branch.name().text() + " " + branch.state())
                .containsExactly("main Maintained", "v0.7.1-dev Maintained");
        assertThat(founding.answer("v0.7.1-dev").next()).contains("0.7.1rc2 or the final 0.7.1");
        assertThat(BranchPolicy.at(AsOf.parse("2025-02-18"))
                        .answer("v0.7.1-dev")
                        .next())
                .contains("0.7.1rc1 or the final 0.7.1");
        assertThat(founding.answer("releases/v0.23.0").exists()).isFalse();
    }

    @Test
    void letsALineBeginWithItsFirstRelease() {
        assertThat(BranchPolicy.at(AsOf.parse("2026-07-19"))
                        .answer("releases/v0.23.0")
                        .exists())
                .isFalse();
        BranchAnswer first = BranchPolicy.at(AsOf.parse("2026-07-20")).answer("releases/v0.23.0");
        assertThat(first.exists()).isTrue();
        assertThat(first.next()).contains("0.23.0rc2 or the final 0.23.0");
    }
}
