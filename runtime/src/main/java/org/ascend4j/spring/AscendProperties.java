package org.ascend4j.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ascend4j.Pooling;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application says under {@code ascend4j}. Beside these, each option of {@link org.ascend4j.LlmOptions} is a
 * property by its own name, such as {@code ascend4j.max-num-seqs}.
 *
 * @param model a GGUF file or a model folder; without it nothing is opened
 * @param drainTimeout how long answers may take to end when the application stops
 * @param chat options of prompts that have none of their own
 * @param embedding what texts are embedded with
 */
@ConfigurationProperties("ascend4j")
public record AscendProperties(
        Path model,
        @DefaultValue("30s") Duration drainTimeout,
        @DefaultValue Chat chat,
        @DefaultValue Embedding embedding) {
    /**
     * @param temperature 0 takes the best token, up to 2
     * @param topP keep the smallest set of tokens that has this probability
     * @param topK keep the k best tokens; 0 keeps all
     * @param minP keep tokens at least this part as probable as the best
     * @param frequencyPenalty lowers a token's logit by this for each time it is in the answer
     * @param presencePenalty lowers the logits of the answer's tokens by this
     * @param repetitionPenalty above 1 makes tokens of prompt and answer less likely to come again
     * @param maxTokens most tokens to generate
     * @param stopSequences texts that end the answer
     * @param seed makes sampled answers repeatable
     * @param timeout from the request to the last token
     * @param thinking whether a model that can is to think aloud first
     */
    public record Chat(
            Double temperature,
            Double topP,
            Integer topK,
            Double minP,
            Double frequencyPenalty,
            Double presencePenalty,
            Double repetitionPenalty,
            Integer maxTokens,
            List<String> stopSequences,
            Long seed,
            Duration timeout,
            Boolean thinking) {
        AscendChatOptions toOptions() {
            return AscendChatOptions.builder()
                    .temperature(temperature)
                    .topP(topP)
                    .topK(topK)
                    .frequencyPenalty(frequencyPenalty)
                    .presencePenalty(presencePenalty)
                    .maxTokens(maxTokens)
                    .stopSequences(stopSequences)
                    .minP(minP)
                    .repetitionPenalty(repetitionPenalty)
                    .seed(seed)
                    .timeout(timeout)
                    .thinking(thinking)
                    .build();
        }
    }

    /**
     * @param model a GGUF file or a model folder; without it there is no embedding model
     * @param dimensions how many of the first values are kept
     * @param pooling how token vectors become one
     * @param normalize whether vectors are brought to length 1
     */
    public record Embedding(Path model, Integer dimensions, Pooling pooling, Boolean normalize) {}
}
