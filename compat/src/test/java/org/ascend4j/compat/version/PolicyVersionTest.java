package org.ascend4j.compat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyVersionTest {
    @ParameterizedTest
    @CsvSource({
        "v0.23.0rc1, 0.23.0rc1, RC, 1, 0.23.0, 0.23",
        "0.11.0rc0, 0.11.0rc0, RC, 0, 0.11.0, 0.11",
        "v0.7.3, 0.7.3, FINAL, , 0.7.3, 0.7",
        "v0.7.3.post1, 0.7.3.post1, POST, 1, 0.7.3, 0.7",
        "v10.20.30rc40, 10.20.30rc40, RC, 40, 10.20.30, 10.20",
    })
    void readsEveryKindOfRelease(
            String text, String normal, PolicyVersion.Kind kind, BigInteger number, String base, String minor) {
        PolicyVersion release = PolicyVersion.parse(text);
        assertThat(PolicyVersion.tryParse(text)).contains(release);
        assertThat(PolicyVersion.faults(text)).isEmpty();
        assertThat(release).hasToString(normal);
        assertThat(release.version()).hasToString(normal);
        assertThat(release.tag()).isEqualTo("v" + normal);
        assertThat(release.kind()).isEqualTo(kind);
        assertThat(release.number().orElse(null)).isEqualTo(number);
        assertThat(release.base()).hasToString(base);
        assertThat(release.base().kind()).isEqualTo(PolicyVersion.Kind.FINAL);
        assertThat(release.minor()).isEqualTo(minor);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "latest | not even a PEP 440 version",
                "'' | not even a PEP 440 version",
                "0.23 | three numbers, major.minor.micro, and this has 2",
                "0.10.1.1 | this has 4; a fix to a final is a .postN",
                "1!0.23.0 | no epoch, and this has 1!",
                "0.23.0a1 | knows no alpha releases",
                "0.23.0b2 | knows no beta releases",
                "0.23.0.dev1 | development builds (.devN) are not released",
                "0.23.0+gitabc | a local part (+...) marks a private build",
                "0.23.0rc1.post1 | a post release follows a final, never a candidate",
                "V0.23.0 | write v0.23.0",
                "v0.23.0-rc.1 | write v0.23.0rc1",
                "0.23.0RC1 | write v0.23.0rc1",
                "0.23.00 | write v0.23.0",
                "' v0.23.0' | write v0.23.0",
                "0.23.0-1 | write v0.23.0.post1",
                "0.23.0rc | write v0.23.0rc0",
            })
    void saysWhyATextIsNoRelease(String text, String reason) {
        assertThat(PolicyVersion.faults(text)).singleElement().asString().contains(reason);
        assertThat(PolicyVersion.tryParse(text)).isEmpty();
        assertThatThrownBy(() -> PolicyVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a plugin release: \"" + text + "\": ")
                .hasMessageContaining(reason);
    }

    @Test
    void namesEveryFaultAtOnce() {
        assertThat(PolicyVersion.faults("1!2.0a1.post2.dev3+x")).hasSize(6);
    }

    @Test
    void ordersCandidateFinalAndPost() {
        List<PolicyVersion> ascending = List.of(
                PolicyVersion.parse("0.9.1"),
                PolicyVersion.parse("0.23.0rc2"),
                PolicyVersion.parse("0.23.0rc10"),
                PolicyVersion.parse("0.23.0"),
                PolicyVersion.parse("v0.23.0.post1"),
                PolicyVersion.parse("0.23.1rc1"));
        assertThat(ascending).isSorted();
        assertThat(ascending.get(0)).isNotEqualTo(ascending.get(1)).isNotEqualTo("0.9.1");
        assertThat(PolicyVersion.parse("v0.9.1")).isEqualTo(ascending.get(0)).hasSameHashCodeAs(ascending.get(0));
        assertThat(PolicyVersion.Kind.POST).hasToString("post");
    }

    @Test
    void namesNeighboursOfOneFinal() {
        PolicyVersion release = PolicyVersion.parse("0.23.0.post1");
        assertThat(release.rc(BigInteger.TWO)).hasToString("0.23.0rc2");
        assertThat(release.post(BigInteger.TWO)).hasToString("0.23.0.post2");
        assertThat(release.rc(BigInteger.ONE).post(BigInteger.ONE)).isEqualTo(release);
    }
}
