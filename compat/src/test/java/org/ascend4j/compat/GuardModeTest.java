package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardModeTest {
    @Test
    void enforcesUnlessToldOtherwise() {
        assertThat(GuardMode.resolve(null, Map.of(), Map.of())).isEqualTo(GuardMode.ENFORCE);
    }

    @Test
    void letsTheStrictestSourceWin() {
        Map<String, String> property = Map.of(GuardMode.PROPERTY, " Warn ");
        Map<String, String> variable = Map.of(GuardMode.VARIABLE, "off");
        assertThat(GuardMode.resolve(null, Map.of(), variable)).isEqualTo(GuardMode.OFF);
        assertThat(GuardMode.resolve(null, property, variable)).isEqualTo(GuardMode.WARN);
        assertThat(GuardMode.resolve(GuardMode.ENFORCE, property, variable)).isEqualTo(GuardMode.ENFORCE);
        assertThat(GuardMode.resolve(GuardMode.OFF, property, Map.of())).isEqualTo(GuardMode.WARN);
    }

    @Test
    void namesTheSettingThatHoldsNoMode() {
        assertThatThrownBy(() -> GuardMode.resolve(null, Map.of(GuardMode.PROPERTY, ""), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ascend4j.guard: \"\"; expected enforce, warn or off");
    }
}
