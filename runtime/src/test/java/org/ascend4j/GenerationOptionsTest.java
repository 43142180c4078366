package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationOptionsTest {
    private static final GenerationOptions DEFAULTS = GenerationOptions.defaults();

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.001, 2.001, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesTemperaturesOutsideTheirRange(double temperature) {
        assertThatThrownBy(() -> DEFAULTS.withTemperature(temperature))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("temperature: found " + temperature);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, 1.0001, Double.POSITIVE_INFINITY})
    void refusesTopPOutsideItsRange(double topP) {
        assertThatThrownBy(() -> DEFAULTS.withTopP(topP))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("top-p");
    }

    @Test
    void refusesNegativeCounts() {
        assertThatThrownBy(() -> DEFAULTS.withTopK(-1))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("top-k"));
        assertThatThrownBy(() -> DEFAULTS.withMaxTokens(-1))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("max-tokens"));
    }

    @Test
    void changesOneThingAtATime() {
        GenerationOptions all = DEFAULTS.withMaxTokens(5)
                .withTemperature(2)
                .withTopK(7)
                .withTopP(0.25)
                .withSeed(-9)
                .withIgnoreEnd(true);
        assertThat(all).isEqualTo(new GenerationOptions(5, 2, 7, 0.25, -9L, true));
    }
}
