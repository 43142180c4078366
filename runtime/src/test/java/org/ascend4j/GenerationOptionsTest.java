package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationOptionsTest {
    private static final GenerationOptions DEFAULTS = GenerationOptions.defaults();

    @SafeVarargs
    private static <T> void accepts(
            Function<T, GenerationOptions> with, Function<GenerationOptions, T> get, T... values) {
        for (T value : values) {
            assertThat(get.apply(with.apply(value))).isEqualTo(value);
        }
    }

    @SafeVarargs
    private static <T> void refuses(String field, Function<T, GenerationOptions> with, T... values) {
        for (T value : values) {
            assertThatThrownBy(() -> with.apply(value))
                    .as("%s %s", field, value)
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            e -> assertThat(e.field()).isEqualTo(field))
                    .hasMessageContaining("expected");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.001, 2.001, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesTemperaturesOutsideTheirRange(double temperature) {
        assertThatThrownBy(() -> DEFAULTS.withTemperature(temperature))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("temperature: found " + temperature + ", expected a number from 0 to 2");
    }

    @Test
    void keepsNumbersInTheirRanges() {
        double[] never = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (double value : never) {
            refuses("temperature", DEFAULTS::withTemperature, value);
            refuses("top-p", DEFAULTS::withTopP, value);
            refuses("min-p", DEFAULTS::withMinP, value);
            refuses("repetition-penalty", DEFAULTS::withRepetitionPenalty, value);
            refuses("frequency-penalty", DEFAULTS::withFrequencyPenalty, value);
            refuses("presence-penalty", DEFAULTS::withPresencePenalty, value);
            refuses("logit-bias", DEFAULTS::withLogitBias, Map.of(1, value));
        }
        accepts(DEFAULTS::withTemperature, GenerationOptions::temperature, 0.0, -0.0, Double.MIN_VALUE, 2.0);
        accepts(DEFAULTS::withTopP, GenerationOptions::topP, Double.MIN_VALUE, 0.5, 1.0);
        refuses("top-p", DEFAULTS::withTopP, 0.0, -0.0, -1.0, Math.nextUp(1.0));
        accepts(DEFAULTS::withMinP, GenerationOptions::minP, 0.0, -0.0, 0.5, 1.0);
        refuses("min-p", DEFAULTS::withMinP, -Double.MIN_VALUE, Math.nextUp(1.0));
        accepts(DEFAULTS::withRepetitionPenalty, GenerationOptions::repetitionPenalty, Double.MIN_VALUE, 1.0, 100.0);
        refuses("repetition-penalty", DEFAULTS::withRepetitionPenalty, 0.0, -0.0, -1.0, 100.1);
        accepts(DEFAULTS::withFrequencyPenalty, GenerationOptions::frequencyPenalty, -2.0, -0.0, 2.0);
        refuses("frequency-penalty", DEFAULTS::withFrequencyPenalty, -2.1, 2.1);
        accepts(DEFAULTS::withPresencePenalty, GenerationOptions::presencePenalty, -2.0, -0.0, 2.0);
        refuses("presence-penalty", DEFAULTS::withPresencePenalty, -2.1, 2.1);
    }

    @Test
    void keepsCountsInTheirRanges() {
        accepts(DEFAULTS::withMaxTokens, GenerationOptions::maxTokens, 0, 1, Integer.MAX_VALUE);
        refuses("max-tokens", DEFAULTS::withMaxTokens, -1, Integer.MIN_VALUE);
        accepts(DEFAULTS::withMinTokens, GenerationOptions::minTokens, 0, 1, Integer.MAX_VALUE);
        refuses("min-tokens", DEFAULTS::withMinTokens, -1);
        accepts(DEFAULTS.withMaxTokens(5)::withMinTokens, GenerationOptions::minTokens, 5);
        refuses("min-tokens", DEFAULTS.withMaxTokens(5)::withMinTokens, 6);
        accepts(DEFAULTS::withTopK, GenerationOptions::topK, 0, 1, Integer.MAX_VALUE);
        refuses("top-k", DEFAULTS::withTopK, -1);
        accepts(DEFAULTS::withN, GenerationOptions::n, 1, 128);
        refuses("n", DEFAULTS::withN, 0, -1, 129);
        accepts(DEFAULTS::withLogprobs, GenerationOptions::logprobs, 0, 20);
        refuses("logprobs", DEFAULTS::withLogprobs, -1, 21);
        accepts(DEFAULTS::withPromptLogprobs, GenerationOptions::promptLogprobs, 0, 20);
        refuses("prompt-logprobs", DEFAULTS::withPromptLogprobs, -1, 21);
        accepts(DEFAULTS::withPriority, GenerationOptions::priority, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Test
    void keepsTokenIdsInTheirRanges() {
        List<Integer> null1 = Collections.singletonList(null);
        List<Integer> many = Collections.nCopies(1025, 1);
        accepts(
                DEFAULTS::withStopTokens,
                GenerationOptions::stopTokens,
                List.of(),
                List.of(0, 7),
                many.subList(0, 1024));
        refuses("stop-tokens", DEFAULTS::withStopTokens, null, null1, List.of(-1), many);
        accepts(
                DEFAULTS::withAllowedTokens,
                GenerationOptions::allowedTokens,
                List.of(),
                List.of(0, Integer.MAX_VALUE));
        refuses("allowed-tokens", DEFAULTS::withAllowedTokens, null, null1, List.of(3, -1));
        accepts(
                DEFAULTS::withBannedTokens,
                GenerationOptions::bannedTokens,
                List.of(),
                List.of(List.of(1), List.of(2, 3)));
        refuses(
                "banned-tokens",
                DEFAULTS::withBannedTokens,
                null,
                Collections.singletonList(null),
                List.of(null1),
                List.of(List.<Integer>of()),
                List.of(List.of(-1)),
                List.of(Collections.nCopies(65, 1)),
                Collections.nCopies(1025, List.of(1)));
        accepts(DEFAULTS::withLogitBias, GenerationOptions::logitBias, Map.of(), Map.of(5, -100.0, 6, 100.0, 7, -0.0));
        refuses(
                "logit-bias",
                DEFAULTS::withLogitBias,
                null,
                Map.of(-1, 1.0),
                Map.of(1, 100.1),
                Collections.singletonMap(1, null),
                Collections.singletonMap(null, 1.0),
                many(1025));
    }

    private static Map<Integer, Double> many(int count) {
        Map<Integer, Double> bias = new HashMap<>();
        IntStream.range(0, count).forEach(id -> bias.put(id, 0.0));
        return bias;
    }

    @Test
    void keepsTextsInTheirRanges() {
        accepts(DEFAULTS::withStop, GenerationOptions::stop, List.of(), List.of("\n", "x".repeat(1024), "😀"));
        refuses(
                "stop",
                DEFAULTS::withStop,
                null,
                Collections.singletonList(null),
                List.of(""),
                List.of("x".repeat(1025)),
                List.of("a", "\uD83D"),
                Collections.nCopies(65, "x"));
        accepts(DEFAULTS::withCacheSalt, GenerationOptions::cacheSalt, "", "tenant", "x".repeat(1024));
        refuses("cache-salt", DEFAULTS::withCacheSalt, null, "x".repeat(1025), "\uDE00");
    }

    @Test
    void keepsDeadlinesInTheirRange() {
        accepts(DEFAULTS::withDeadline, GenerationOptions::deadline, Duration.ofNanos(1), Duration.ofDays(365), null);
        refuses(
                "deadline",
                DEFAULTS::withDeadline,
                Duration.ZERO,
                Duration.ofNanos(-1),
                Duration.ofDays(365).plusNanos(1),
                Duration.ofSeconds(Long.MAX_VALUE));
    }

    @Test
    void refusesFormatsWithoutContent() {
        refuses("response-format", DEFAULTS::withResponseFormat, (ResponseFormat) null);
        for (String empty : Arrays.asList(null, "", "x".repeat(ResponseFormat.MOST_CHARACTERS + 1))) {
            refuses("response-format", text -> DEFAULTS.withResponseFormat(new ResponseFormat.JsonSchema(text)), empty);
            refuses("response-format", text -> DEFAULTS.withResponseFormat(new ResponseFormat.Regex(text)), empty);
            refuses("response-format", text -> DEFAULTS.withResponseFormat(new ResponseFormat.Grammar(text)), empty);
            refuses(
                    "response-format",
                    text -> DEFAULTS.withResponseFormat(new ResponseFormat.Choice(Collections.singletonList(text))),
                    empty);
        }
        refuses(
                "response-format",
                list -> DEFAULTS.withResponseFormat(new ResponseFormat.Choice(list)),
                null,
                List.<String>of());
        ResponseFormat choice = new ResponseFormat.Choice(List.of("yes", "no"));
        assertThat(DEFAULTS.withResponseFormat(choice).responseFormat()).isEqualTo(choice);
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
        assertThat(all.withMinP(0.5).withMinP(0)).isEqualTo(all);
        assertThat(DEFAULTS).isEqualTo(new GenerationOptions(0, 0, 0, 1, null, false));
    }

    @Test
    void copiesWhatItIsGiven() {
        List<Integer> ids = new ArrayList<>(List.of(1, 2));
        Map<Integer, Double> bias = new HashMap<>(Map.of(1, 2.0));
        GenerationOptions options = DEFAULTS.withAllowedTokens(ids).withLogitBias(bias);
        ids.add(3);
        bias.put(2, 3.0);
        assertThat(options.allowedTokens()).containsExactly(1, 2);
        assertThat(options.logitBias()).containsOnlyKeys(1);
    }

    @Test
    void knowsWhichIdsAModelLacks() {
        DEFAULTS.withStopTokens(List.of(9)).requireTokensWithin(10);
        refuses("stop-tokens", options -> within(options, 9), DEFAULTS.withStopTokens(List.of(9)));
        refuses("allowed-tokens", options -> within(options, 9), DEFAULTS.withAllowedTokens(List.of(9)));
        refuses("banned-tokens", options -> within(options, 9), DEFAULTS.withBannedTokens(List.of(List.of(1, 9))));
        refuses("logit-bias", options -> within(options, 9), DEFAULTS.withLogitBias(Map.of(9, 1.0)));
    }

    private static GenerationOptions within(GenerationOptions options, int vocabularySize) {
        options.requireTokensWithin(vocabularySize);
        return options;
    }

    @Test
    void carriesItsValuesIntoThePlan() {
        SamplingPlan plan = DEFAULTS.withTemperature(0.5)
                .withTopK(3)
                .withTopP(Double.MIN_VALUE)
                .withMinP(0.25)
                .withRepetitionPenalty(1e-300)
                .withFrequencyPenalty(-2)
                .withPresencePenalty(2)
                .withLogitBias(Map.of(4, -5.5))
                .withAllowedTokens(List.of(4, 5))
                .withBannedTokens(List.of(List.of(6, 7)))
                .withLogprobs(0)
                .plan(99);
        assertThat(plan.temperature()).isEqualTo(0.5f);
        assertThat(plan.topK()).isEqualTo(3);
        assertThat(plan.topP()).isPositive();
        assertThat(plan.minP()).isEqualTo(0.25f);
        assertThat(plan.seed()).isEqualTo(99);
        assertThat(plan.rules().repetition()).isPositive();
        assertThat(plan.rules().frequency()).isEqualTo(-2);
        assertThat(plan.rules().presence()).isEqualTo(2);
        assertThat(plan.rules().bias()).isEqualTo(Map.of(4, -5.5f));
        assertThat(plan.rules().allowed()).containsExactly(4, 5);
        assertThat(plan.rules().banned()).containsExactly(new int[] {6, 7});
        assertThat(plan.rules().readsTokens()).isTrue();
        assertThat(plan.logprobs()).isZero();
        assertThat(plan.promptLogprobs()).isEqualTo(SamplingPlan.UNWANTED);
        assertThat(DEFAULTS.plan(1).plain()).isTrue();
        assertThat(DEFAULTS.withFrequencyPenalty(-0.0).plan(1).plain()).isTrue();
    }
}
