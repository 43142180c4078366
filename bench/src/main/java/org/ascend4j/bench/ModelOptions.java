package org.ascend4j.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ascend4j.LlmOptions;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine.Option;

/** How the measured model is opened; names as in vLLM where vLLM has one. Values stay text: the library checks them. */
final class ModelOptions {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A known name (smollm2, pulled on first use) or a path to a .gguf file.")
    private String model;

    @Option(names = "--device", paramLabel = "D", description = "auto, npu, npu:i or host (default: auto).")
    private String device;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "Type of activations: auto, float32, float16 or bfloat16 (default: auto).")
    private String dtype;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fast may multiply in int8, exact accumulates products in float32 (default: fast).")
    private String precision;

    @Option(names = "--threads", paramLabel = "N", description = "Host threads (default: all allowed cores).")
    private String threads;

    @Option(
            names = "--max-model-len",
            paramLabel = "N",
            description = "Most tokens of a request (default: what the workload needs).")
    private Integer maxModelLen;

    @Option(
            names = "--max-num-seqs",
            paramLabel = "N",
            description = "Most requests that run at once (default: all of the workload, up to 128).")
    private Integer maxNumSeqs;

    @Option(names = "--max-num-batched-tokens", paramLabel = "N", description = "Most tokens of a step (default: 512).")
    private Integer maxNumBatchedTokens;

    @Option(names = "--block-size", paramLabel = "N", description = "Tokens of a KV cache block (default: 128).")
    private String blockSize;

    @Option(
            names = "--kv-tokens",
            paramLabel = "N",
            description = "Tokens that the KV cache holds (default: what the workload needs).")
    private Integer kvTokens;

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description = "Any other option that the model is opened with; may be repeated.")
    private Map<String, String> others = new LinkedHashMap<>();

    String model() {
        return model;
    }

    /**
     * What a workload asks of the model where the command line leaves it open.
     *
     * @param requests that run at once
     * @param requestTokens of the longest request, prompt and answer
     * @param batchTokens prompt and answer of each of {@code requests}
     */
    record Needs(int requests, int requestTokens, int batchTokens) {
        static final int MOST_REQUESTS = 128;

        Needs(int requests, int requestTokens) {
            this(requests, requestTokens, requestTokens);
        }

        private int atOnce(LlmOptions options) {
            return Math.min(requests, options.maxSequences());
        }

        /** Whole blocks for all that run at once. */
        int kvTokens(LlmOptions options) {
            long batch = Math.multiplyExact((long) atOnce(options), blocks(batchTokens, options) * options.blockSize());
            long longest = blocks(requestTokens, options) * options.blockSize();
            return (int) Math.min(Integer.MAX_VALUE, Math.max(batch, longest));
        }

        private static long blocks(int tokens, LlmOptions options) {
            return (tokens + (long) options.blockSize() - 1) / options.blockSize();
        }
    }

    /** @throws UsageException if an option, or a property or variable behind one, has no such value */
    LlmOptions toOptions(Needs needs) {
        try {
            // Every prompt is new, so a cache of prefixes would cost and never serve.
            LlmOptions.Builder builder = LlmOptions.builder().prefixCaching(false);
            set(builder, "device", device);
            set(builder, "dtype", dtype);
            set(builder, "precision", precision);
            set(builder, "threads", threads);
            set(builder, "block-size", blockSize);
            if (maxNumBatchedTokens != null) {
                builder.maxBatchTokens(maxNumBatchedTokens);
            }
            builder.maxSequences(or(maxNumSeqs, Math.min(needs.requests(), Needs.MOST_REQUESTS)));
            builder.contextLength(or(maxModelLen, needs.requestTokens()));
            others.forEach(builder::option);
            return builder.kvTokens(or(kvTokens, needs.kvTokens(builder.build())))
                    .build();
        } catch (InvalidRequestException wrong) {
            throw new UsageException(wrong.getMessage());
        }
    }

    private static int or(Integer given, int needed) {
        return given == null ? needed : given;
    }

    private static void set(LlmOptions.Builder builder, String option, String value) {
        if (value != null) {
            builder.option(option, value);
        }
    }
}
