package org.ascend4j;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@link GenerationOptions} while one of them changes; begins with the defaults. */
final class GenerationValues {
    int maxTokens;
    int minTokens;
    double temperature;
    int topK;
    double topP = 1;
    double minP;
    double repetitionPenalty = 1;
    double frequencyPenalty;
    double presencePenalty;
    Map<Integer, Double> logitBias = Map.of();
    List<Integer> allowedTokens = List.of();
    List<List<Integer>> bannedTokens = List.of();
    List<String> stop = List.of();
    List<Integer> stopTokens = List.of();
    boolean ignoreEnd;
    Long seed;
    int n = 1;
    Integer logprobs;
    Integer promptLogprobs;
    ResponseFormat responseFormat = new ResponseFormat.Text();
    int priority;
    Duration deadline;
    String cacheSalt = "";
    String adapter = "";

    GenerationValues() {}

    GenerationValues(GenerationOptions options) {
        maxTokens = options.maxTokens();
        minTokens = options.minTokens();
        temperature = options.temperature();
        topK = options.topK();
        topP = options.topP();
        minP = options.minP();
        repetitionPenalty = options.repetitionPenalty();
        frequencyPenalty = options.frequencyPenalty();
        presencePenalty = options.presencePenalty();
        logitBias = options.logitBias();
        allowedTokens = options.allowedTokens();
        bannedTokens = options.bannedTokens();
        stop = options.stop();
        stopTokens = options.stopTokens();
        ignoreEnd = options.ignoreEnd();
        seed = options.seed();
        n = options.n();
        logprobs = options.logprobs();
        promptLogprobs = options.promptLogprobs();
        responseFormat = options.responseFormat();
        priority = options.priority();
        deadline = options.deadline();
        cacheSalt = options.cacheSalt();
        adapter = options.adapter();
    }

    GenerationOptions toOptions() {
        return new GenerationOptions(
                maxTokens,
                minTokens,
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                frequencyPenalty,
                presencePenalty,
                logitBias,
                allowedTokens,
                bannedTokens,
                stop,
                stopTokens,
                ignoreEnd,
                seed,
                n,
                logprobs,
                promptLogprobs,
                responseFormat,
                priority,
                deadline,
                cacheSalt,
                adapter);
    }
}
