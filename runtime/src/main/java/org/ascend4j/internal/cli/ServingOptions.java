package org.ascend4j.internal.cli;

import org.ascend4j.LlmOptions;
import picocli.CommandLine.Option;

/** How requests share the device; named as in vLLM where it has the option. Values stay text, as in DeviceOptions. */
final class ServingOptions {
    @Option(names = "--max-num-seqs", paramLabel = "N", description = "Most sequences that run at once (default: 16).")
    private String sequences;

    @Option(
            names = "--max-num-batched-tokens",
            paramLabel = "N",
            description = "Most tokens of one step (default: 512, or --max-num-seqs).")
    private String batchTokens;

    @Option(
            names = "--long-prefill-token-threshold",
            paramLabel = "N",
            description = "Most prompt tokens of one request in a step, 0 for no such limit (default: 0).")
    private String longPrefill;

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description = "Tokens per block of the KV cache (default: 128; on an NPU nothing else).")
    private String blockSize;

    @Option(
            names = "--kv-tokens",
            paramLabel = "N",
            description = "Tokens that the KV cache holds (default: by free device memory).")
    private String kvTokens;

    @Option(
            names = "--enable-prefix-caching",
            negatable = true,
            description = "Whether prompts that begin alike share what was computed (default: they do).")
    private Boolean prefixCaching;

    @Option(
            names = "--scheduling-policy",
            paramLabel = "P",
            description = "fcfs, or priority: requests of smaller priority first (default: fcfs).")
    private String policy;

    @Option(
            names = "--admission",
            paramLabel = "A",
            description = "no-evict starts what can surely end, preempt more at once, auto by the size of the cache"
                    + " (default: auto).")
    private String admission;

    @Option(
            names = "--async-scheduling",
            negatable = true,
            description = "Whether a step is scheduled while another runs (default: it is).")
    private Boolean overlap;

    @Option(
            names = "--graphs",
            paramLabel = "G",
            description = "auto, full, piecewise or eager: how much of a decode step is captured (default: auto).")
    private String graphs;

    @Option(names = "--enforce-eager", description = "The same as --graphs eager.")
    private boolean eager;

    @Option(
            names = "--speculative",
            paramLabel = "S",
            description =
                    "off, adaptive or fixed: guesses tokens by what repeats; answers stay the same (default: off).")
    private String speculative;

    @Option(
            names = "--num-speculative-tokens",
            paramLabel = "K",
            description = "Most guessed tokens of a step, 1 to 15 (default: 4).")
    private String guesses;

    @Option(
            names = "--prompt-lookup-min",
            paramLabel = "N",
            description = "Fewest tokens that must repeat for a guess (default: 2).")
    private String shortestNgram;

    @Option(
            names = "--prompt-lookup-max",
            paramLabel = "N",
            description = "Most tokens that are compared for a guess (default: 4).")
    private String longestNgram;

    @Option(
            names = "--max-queued-requests",
            paramLabel = "N",
            description = "Most sequences that wait, 0 for no limit; more are refused (default: 4096).")
    private String queuedRequests;

    @Option(
            names = "--max-queued-tokens",
            paramLabel = "N",
            description = "Most prompt tokens that wait, 0 for no limit (default: 0).")
    private String queuedTokens;

    @Option(
            names = "--step-timeout",
            paramLabel = "SECONDS",
            description = "A step that takes longer ends the engine (default: 300).")
    private String stepTimeout;

    void apply(LlmOptions.Builder builder) {
        if (eager && graphs != null) {
            throw new UsageException("give at most one of --graphs and --enforce-eager");
        }
        DeviceOptions.set(builder, "max-num-seqs", sequences);
        DeviceOptions.set(builder, "max-num-batched-tokens", batchTokens);
        DeviceOptions.set(builder, "long-prefill-token-threshold", longPrefill);
        DeviceOptions.set(builder, "block-size", blockSize);
        DeviceOptions.set(builder, "kv-tokens", kvTokens);
        DeviceOptions.set(builder, "prefix-caching", text(prefixCaching));
        DeviceOptions.set(builder, "scheduling-policy", policy);
        DeviceOptions.set(builder, "admission", admission);
        DeviceOptions.set(builder, "async-scheduling", text(overlap));
        DeviceOptions.set(builder, "graphs", eager ? "eager" : graphs);
        DeviceOptions.set(builder, "speculative", speculative);
        DeviceOptions.set(builder, "num-speculative-tokens", guesses);
        DeviceOptions.set(builder, "prompt-lookup-min", shortestNgram);
        DeviceOptions.set(builder, "prompt-lookup-max", longestNgram);
        DeviceOptions.set(builder, "max-queued-requests", queuedRequests);
        DeviceOptions.set(builder, "max-queued-tokens", queuedTokens);
        DeviceOptions.set(builder, "step-timeout", stepTimeout);
    }

    private static String text(Boolean flag) {
        return flag == null ? null : flag ? "on" : "off";
    }
}
