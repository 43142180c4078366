package org.ascend4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.TokenRules;

/**
 * How an answer is generated. Use {@link #defaults()} and the {@code with} methods; a value outside its range is refused
 * at once, by name. Immutable.
 *
 * <p>A token is picked as in vLLM: logits of tokens that may not come are dropped, bias is added, penalties are
 * subtracted, then come temperature, min-p, top-k and top-p.
 *
 * @param maxTokens most tokens to generate; 0 goes on until the model ends or its context is full
 * @param minTokens tokens before end tokens, stop tokens and stop strings may end the answer; at most
 *     {@code maxTokens}, if that is not 0
 * @param temperature 0 takes the best token, up to 2
 * @param topK keep the k best tokens; 0 keeps all
 * @param topP keep the smallest set of tokens that has this probability; in (0, 1]
 * @param minP keep tokens at least this part as probable as the best; from 0, which keeps all, to 1
 * @param repetitionPenalty above 1 makes tokens of prompt and answer less likely to come again; above 0 up to 100, 1 for none
 * @param frequencyPenalty lowers a token's logit by this for each time it is in the answer; from -2 to 2
 * @param presencePenalty lowers the logits of the answer's tokens by this; from -2 to 2
 * @param logitBias added to the logits of these token ids; up to 1024, from -100 to 100
 * @param allowedTokens the only token ids that may come, end tokens among them if the answer is to end; empty for all
 * @param bannedTokens runs of token ids that may not come, up to 1024 of 1 to 64 ids
 * @param stop texts that end the answer and are not part of it, up to 64 of 1 to 1024 characters
 * @param stopTokens token ids that end the answer, up to 1024
 * @param ignoreEnd goes on after the model's end-of-answer token, as benchmarks do
 * @param seed makes a sampled answer repeatable; null draws one
 * @param n answers to one prompt, 1 to 128
 * @param logprobs with each token its log probability and those of so many best ones, 0 to 20; null for none
 * @param promptLogprobs the same for the prompt's tokens but the first
 * @param responseFormat what the answer must look like
 * @param priority smaller is served sooner, where the model is opened to look at it
 * @param deadline from submission to the last token, up to a year; null for none
 * @param cacheSalt only prompts of equal salts share cached prefixes: a tenant's secret of up to 1024 characters; empty
 *     shares with all that have none
 * @param adapter the name of a LoRA adapter that the model has loaded; empty for the model as it is
 */
public record GenerationOptions(
        int maxTokens,
        int minTokens,
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double frequencyPenalty,
        double presencePenalty,
        Map<Integer, Double> logitBias,
        List<Integer> allowedTokens,
        List<List<Integer>> bannedTokens,
        List<String> stop,
        List<Integer> stopTokens,
        boolean ignoreEnd,
        Long seed,
        int n,
        Integer logprobs,
        Integer promptLogprobs,
        ResponseFormat responseFormat,
        int priority,
        Duration deadline,
        String cacheSalt,
        String adapter) {
    private static final GenerationOptions DEFAULTS = new GenerationValues().toOptions();

    /** The only place where options are checked. */
    public GenerationOptions {
        OptionRules.whole("max-tokens", maxTokens, 0, Integer.MAX_VALUE);
        OptionRules.whole("min-tokens", minTokens, 0, maxTokens == 0 ? Integer.MAX_VALUE : maxTokens);
        OptionRules.number("temperature", temperature, 0, 2);
        OptionRules.whole("top-k", topK, 0, Integer.MAX_VALUE);
        OptionRules.above("top-p", topP, 0, 1);
        OptionRules.number("min-p", minP, 0, 1);
        OptionRules.above("repetition-penalty", repetitionPenalty, 0, 100);
        OptionRules.number("frequency-penalty", frequencyPenalty, -2, 2);
        OptionRules.number("presence-penalty", presencePenalty, -2, 2);
        logitBias = OptionRules.bias("logit-bias", logitBias, 1024, 100);
        allowedTokens = OptionRules.tokens("allowed-tokens", allowedTokens, 1 << 20);
        bannedTokens = OptionRules.runs("banned-tokens", bannedTokens, 1024, 64);
        stop = OptionRules.texts("stop", stop, 64, 1024);
        stopTokens = OptionRules.tokens("stop-tokens", stopTokens, 1024);
        OptionRules.whole("n", n, 1, 128);
        OptionRules.wholeOrNull("logprobs", logprobs, 0, 20);
        OptionRules.wholeOrNull("prompt-logprobs", promptLogprobs, 0, 20);
        OptionRules.given("response-format", responseFormat, "a format, such as text");
        OptionRules.duration("deadline", deadline, Duration.ofDays(365));
        OptionRules.given("cache-salt", cacheSalt, "a text, empty for none");
        OptionRules.whole("cache-salt", cacheSalt.length(), 0, 1024);
        OptionRules.wellFormed("cache-salt", cacheSalt);
        OptionRules.given("adapter", adapter, "an adapter's name, empty for none");
    }

    /** What most callers choose; all else as in {@link #defaults()}. */
    public GenerationOptions(int maxTokens, double temperature, int topK, double topP, Long seed, boolean ignoreEnd) {
        this(
                maxTokens,
                0,
                temperature,
                topK,
                topP,
                0,
                1,
                0,
                0,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                ignoreEnd,
                seed,
                1,
                null,
                null,
                new ResponseFormat.Text(),
                0,
                null,
                "",
                "");
    }

    /** Greedy, without a limit of tokens. */
    public static GenerationOptions defaults() {
        return DEFAULTS;
    }

    // What follows could be said once by a lambda each; linking those is among what a cold start waits for.

    public GenerationOptions withMaxTokens(int value) {
        GenerationValues values = new GenerationValues(this);
        values.maxTokens = value;
        return values.toOptions();
    }

    public GenerationOptions withMinTokens(int value) {
        GenerationValues values = new GenerationValues(this);
        values.minTokens = value;
        return values.toOptions();
    }

    public GenerationOptions withTemperature(double value) {
        GenerationValues values = new GenerationValues(this);
        values.temperature = value;
        return values.toOptions();
    }

    public GenerationOptions withTopK(int value) {
        GenerationValues values = new GenerationValues(this);
        values.topK = value;
        return values.toOptions();
    }

    public GenerationOptions withTopP(double value) {
        GenerationValues values = new GenerationValues(this);
        values.topP = value;
        return values.toOptions();
    }

    public GenerationOptions withMinP(double value) {
        GenerationValues values = new GenerationValues(this);
        values.minP = value;
        return values.toOptions();
    }

    public GenerationOptions withRepetitionPenalty(double value) {
        GenerationValues values = new GenerationValues(this);
        values.repetitionPenalty = value;
        return values.toOptions();
    }

    public GenerationOptions withFrequencyPenalty(double value) {
        GenerationValues values = new GenerationValues(this);
        values.frequencyPenalty = value;
        return values.toOptions();
    }

    public GenerationOptions withPresencePenalty(double value) {
        GenerationValues values = new GenerationValues(this);
        values.presencePenalty = value;
        return values.toOptions();
    }

    public GenerationOptions withLogitBias(Map<Integer, Double> value) {
        GenerationValues values = new GenerationValues(this);
        values.logitBias = value;
        return values.toOptions();
    }

    public GenerationOptions withAllowedTokens(List<Integer> value) {
        GenerationValues values = new GenerationValues(this);
        values.allowedTokens = value;
        return values.toOptions();
    }

    public GenerationOptions withBannedTokens(List<List<Integer>> value) {
        GenerationValues values = new GenerationValues(this);
        values.bannedTokens = value;
        return values.toOptions();
    }

    public GenerationOptions withStop(List<String> value) {
        GenerationValues values = new GenerationValues(this);
        values.stop = value;
        return values.toOptions();
    }

    public GenerationOptions withStopTokens(List<Integer> value) {
        GenerationValues values = new GenerationValues(this);
        values.stopTokens = value;
        return values.toOptions();
    }

    public GenerationOptions withIgnoreEnd(boolean value) {
        GenerationValues values = new GenerationValues(this);
        values.ignoreEnd = value;
        return values.toOptions();
    }

    public GenerationOptions withSeed(long value) {
        GenerationValues values = new GenerationValues(this);
        values.seed = value;
        return values.toOptions();
    }

    public GenerationOptions withN(int value) {
        GenerationValues values = new GenerationValues(this);
        values.n = value;
        return values.toOptions();
    }

    public GenerationOptions withLogprobs(int value) {
        GenerationValues values = new GenerationValues(this);
        values.logprobs = value;
        return values.toOptions();
    }

    public GenerationOptions withPromptLogprobs(int value) {
        GenerationValues values = new GenerationValues(this);
        values.promptLogprobs = value;
        return values.toOptions();
    }

    public GenerationOptions withResponseFormat(ResponseFormat value) {
        GenerationValues values = new GenerationValues(this);
        values.responseFormat = value;
        return values.toOptions();
    }

    public GenerationOptions withPriority(int value) {
        GenerationValues values = new GenerationValues(this);
        values.priority = value;
        return values.toOptions();
    }

    public GenerationOptions withDeadline(Duration value) {
        GenerationValues values = new GenerationValues(this);
        values.deadline = value;
        return values.toOptions();
    }

    public GenerationOptions withCacheSalt(String value) {
        GenerationValues values = new GenerationValues(this);
        values.cacheSalt = value;
        return values.toOptions();
    }

    /** @param value as {@link Llm#loadAdapter} was given it; empty for none */
    public GenerationOptions withAdapter(String value) {
        GenerationValues values = new GenerationValues(this);
        values.adapter = value;
        return values.toOptions();
    }

    /**
     * Checks token ids against a model.
     *
     * @param vocabularySize the model's
     */
    void requireTokensWithin(int vocabularySize) {
        int last = vocabularySize - 1;
        within("logit-bias", logitBias.keySet(), last);
        within("allowed-tokens", allowedTokens, last);
        for (List<Integer> run : bannedTokens) {
            within("banned-tokens", run, last);
        }
        within("stop-tokens", stopTokens, last);
    }

    private static void within(String field, Collection<Integer> ids, int last) {
        for (int id : ids) {
            OptionRules.whole(field, id, 0, last);
        }
    }

    /**
     * How the engine picks tokens by these options.
     *
     * @param drawn the seed of one answer
     */
    SamplingPlan plan(long drawn) {
        Map<Integer, Float> bias = new TreeMap<>();
        for (Map.Entry<Integer, Double> each : logitBias.entrySet()) {
            bias.put(each.getKey(), each.getValue().floatValue());
        }
        List<int[]> banned = new ArrayList<>();
        for (List<Integer> run : bannedTokens) {
            banned.add(ids(run));
        }
        TokenRules rules = new TokenRules(
                ids(allowedTokens),
                List.copyOf(banned),
                bias,
                // What is above 0 as a double must stay so.
                Math.max(Float.MIN_NORMAL, (float) repetitionPenalty),
                (float) frequencyPenalty,
                (float) presencePenalty);
        return new SamplingPlan(
                (float) temperature,
                topK,
                Math.max(Float.MIN_NORMAL, (float) topP),
                (float) minP,
                drawn,
                rules,
                logprobs == null ? SamplingPlan.UNWANTED : logprobs,
                promptLogprobs == null ? SamplingPlan.UNWANTED : promptLogprobs);
    }

    private static int[] ids(List<Integer> tokens) {
        int[] ids = new int[tokens.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = tokens.get(i);
        }
        return ids;
    }
}
