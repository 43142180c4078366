package org.ascend4j.compat.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ascend4j.compat.probe.ChipFamily;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.Test;

class StackFactsTest {
    @Test
    void agreesWithTheNamesByWhichFamiliesAreTold() {
        List<TsvTable.Row> chips = TsvTable.resource("chips.tsv").rows();
        assertThat(chips).hasSize(6).allSatisfy(chip -> {
            for (String name : chip.items("soc_names")) {
                ChipFamily family = ChipFamily.of(name.replace("*", "")).orElseThrow(() -> new AssertionError(name));
                assertThat(family.supported())
                        .as(name)
                        .isEqualTo(chip.text("supported").equals("true"));
                if (family.supported()) {
                    assertThat(family).hasToString(chip.text("family"));
                    assertThat(family.imageTag()).isEqualTo(chip.text("cann_image_tag"));
                }
            }
        });
    }

    @Test
    void knowsSinceWhenASymbolIsThere() {
        assertThat(StackFacts.symbols()).hasSizeGreaterThan(80).allSatisfy(symbol -> {
            assertThat(symbol.library()).isIn("acl", "hccl", "aclnn");
            assertThat(symbol.name()).matches("[A-Za-z0-9]+");
        });
        assertThat(since("aclnnDynamicMxQuantV2")).isEqualTo("9.1.0");
        assertThat(since("aclrtMemcpyBatchAsync")).isEqualTo("8.5.0");
        assertThat(since("aclnnMatmul")).isEqualTo("8.1.RC1");
        assertThat(since("aclnnLightningIndexer")).isEqualTo("unknown");
    }

    private static String since(String name) {
        return StackFacts.symbols().stream()
                .filter(symbol -> symbol.name().equals(name))
                .findFirst()
                .orElseThrow()
                .since()
                .map(CannVersion::toString)
                .orElse("unknown");
    }

    @Test
    void givesFloorsOfSingleFeatures() {
        assertThat(StackFacts.gates()).hasSize(11).anySatisfy(gate -> {
            assertThat(gate.name()).isEqualTo("aclrtMallocHostWithCfg");
            assertThat(gate.cann()).contains(CannVersion.parse("8.5.0"));
            assertThat(gate.driver()).contains(DriverVersion.parse("26.0.RC1"));
            assertThat(gate.symptom()).isEmpty();
        });
        assertThat(StackFacts.floors()).hasSize(14).anySatisfy(floor -> {
            assertThat(floor.name()).startsWith("FULL_AND_PIECEWISE graph mode");
            assertThat(floor.driver()).contains(DriverVersion.parse("25.5.1"));
            assertThat(floor.symptom()).contains("207005");
        });
    }

    @Test
    void pairsTorchNpuWithCannAsUpstreamDoes() {
        assertThat(StackFacts.torchNpuPairings()).hasSize(7).anySatisfy(pairing -> {
            assertThat(pairing.cann()).hasToString("9.1.0");
            assertThat(pairing.torchNpu()).contains(Pep440Version.parse("2.10.0.post4"));
        });
    }
}
