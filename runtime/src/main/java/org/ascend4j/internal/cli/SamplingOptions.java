package org.ascend4j.internal.cli;

import org.ascend4j.GenerationOptions;
import org.ascend4j.error.InvalidRequestException;
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

    @Option(names = "--seed", paramLabel = "S", description = "Makes a sampled answer repeatable (default: drawn).")
    private Long seed;

    /** @throws UsageException if a value is out of range */
    GenerationOptions toOptions() {
        try {
            return new GenerationOptions(maxTokens, temperature, topK, topP, seed, false);
        } catch (InvalidRequestException wrong) {
            throw new UsageException(wrong.getMessage(), wrong);
        }
    }
}
