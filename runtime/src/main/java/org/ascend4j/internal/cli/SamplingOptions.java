package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.ascend4j.GenerationOptions;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How an answer is generated. */
final class SamplingOptions {
    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "256",
            description = "Most tokens to generate, 0 for as many as fit (default: 256).")
    private int maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 takes the best token, up to 2 (default: 0).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Sample among the K best tokens, 0 for all (default: 0).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description = "Sample among the best tokens of this total probability (default: 1).")
    private double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            defaultValue = "0",
            description = "Sample among tokens at least this part as probable as the best (default: 0).")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            defaultValue = "1",
            description = "Above 1, what is in prompt or answer is less likely to come again (default: 1).")
    private double repetitionPenalty;

    @Option(
            names = "--frequency-penalty",
            paramLabel = "F",
            defaultValue = "0",
            description = "Lowers a token's logit for each time it is in the answer, -2 to 2 (default: 0).")
    private double frequencyPenalty;

    @Option(
            names = "--presence-penalty",
            paramLabel = "F",
            defaultValue = "0",
            description = "Lowers the logits of tokens that are in the answer, -2 to 2 (default: 0).")
    private double presencePenalty;

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=BIAS",
            split = ",",
            description = "Added to the logits of these token ids, -100 to 100; may be given again.")
    private Map<Integer, Double> logitBias = Map.of();

    @Option(
            names = "--min-tokens",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tokens before the answer may end by itself or by --stop (default: 0).")
    private int minTokens;

    @Option(
            names = "--stop",
            paramLabel = "S",
            description = "A text that ends the answer and is not part of it; may be given again.")
    private List<String> stop = List.of();

    @Mixin
    private StructureOptions structure = new StructureOptions();

    @Option(names = "--seed", paramLabel = "S", description = "Makes a sampled answer repeatable (default: drawn).")
    private Long seed;

    /**
     * Reads the files that options name.
     *
     * @throws UsageException if a value is out of range
     */
    GenerationOptions toOptions() throws IOException {
        try {
            return new GenerationOptions(maxTokens, temperature, topK, topP, seed, false)
                    .withMinP(minP)
                    .withRepetitionPenalty(repetitionPenalty)
                    .withFrequencyPenalty(frequencyPenalty)
                    .withPresencePenalty(presencePenalty)
                    .withLogitBias(logitBias)
                    .withMinTokens(minTokens)
                    .withStop(stop)
                    .withResponseFormat(structure.read());
        } catch (InvalidRequestException wrong) {
            throw new UsageException(wrong.getMessage(), wrong);
        }
    }
}
