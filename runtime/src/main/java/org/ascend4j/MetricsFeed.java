package org.ascend4j;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Brings a model's figures to one registry. Counts and states are read as they are; distributions, which a registry wants
 * to hear value by value, are fed with what has come since the last time: for each class its mean, as often as there were
 * values, so that counts of classes are exact, and so is the sum.
 */
final class MetricsFeed {
    static final long FRESH_MILLIS = 50;

    private static final double LEAST_BOUND = 1e-9;

    private final Llm llm;
    private final List<Fed> fed = new ArrayList<>();
    private LlmStats stats;
    private long readNanos;

    /** One distribution and what the registry knows of it. */
    private record Fed(
            DistributionSummary summary,
            Function<LlmStats.Latencies, LlmStats.Distribution> source,
            long[] counts,
            double[] sums) {
        void update(LlmStats.Latencies latencies) {
            LlmStats.Distribution now = source.apply(latencies);
            for (int i = 0; i < counts.length; i++) {
                long more = now.counts().get(i) - counts[i];
                double mean = more == 0 ? 0 : (now.sums().get(i) - sums[i]) / more;
                counts[i] = now.counts().get(i);
                sums[i] = now.sums().get(i);
                double least = i == 0 ? 0 : Math.nextUp(now.bounds().get(i - 1));
                double most = i == now.bounds().size()
                        ? Double.MAX_VALUE
                        : now.bounds().get(i);
                // Rounding must not carry a mean into another class.
                double value = Math.max(least, Math.min(most, mean));
                for (long k = 0; k < more; k++) {
                    summary.record(value);
                }
            }
        }
    }

    MetricsFeed(Llm llm, MeterRegistry registry, Tags tags) {
        this.llm = llm;
        this.stats = llm.stats();
        this.readNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS);
        LlmStats.Latencies now = stats.latencies();
        add(registry, tags, now, "vllm:time_to_first_token_seconds", LlmStats.Latencies::timeToFirstToken);
        add(registry, tags, now, "vllm:inter_token_latency_seconds", LlmStats.Latencies::interTokenLatency);
        add(registry, tags, now, "vllm:time_per_output_token_seconds", LlmStats.Latencies::interTokenLatency);
        add(registry, tags, now, "vllm:request_time_per_output_token_seconds", LlmStats.Latencies::timePerOutputToken);
        add(registry, tags, now, "vllm:e2e_request_latency_seconds", LlmStats.Latencies::endToEnd);
        add(registry, tags, now, "vllm:request_queue_time_seconds", LlmStats.Latencies::queueTime);
        add(registry, tags, now, "vllm:request_prefill_time_seconds", LlmStats.Latencies::prefillTime);
        add(registry, tags, now, "vllm:request_decode_time_seconds", LlmStats.Latencies::decodeTime);
        add(registry, tags, now, "vllm:request_inference_time_seconds", LlmStats.Latencies::inferenceTime);
        add(registry, tags, now, "vllm:request_prompt_tokens", LlmStats.Latencies::promptTokens);
        add(registry, tags, now, "vllm:request_generation_tokens", LlmStats.Latencies::generatedTokens);
        // vLLM ends the name in _total, which Prometheus keeps for counters.
        add(registry, tags, now, "vllm:iteration_tokens", LlmStats.Latencies::stepTokens);
    }

    private void add(
            MeterRegistry registry,
            Tags tags,
            LlmStats.Latencies now,
            String name,
            Function<LlmStats.Latencies, LlmStats.Distribution> source) {
        double[] bounds = source.apply(now).bounds().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        DistributionSummary summary = DistributionSummary.builder(name)
                .description("Distribution over requests, tokens or steps, as in vLLM")
                .tags(tags)
                .minimumExpectedValue(LEAST_BOUND)
                .serviceLevelObjectives(bounds)
                .register(registry);
        fed.add(new Fed(summary, source, new long[bounds.length + 1], new double[bounds.length + 1]));
    }

    /** The figures, at most {@value #FRESH_MILLIS} ms old. */
    synchronized LlmStats stats() {
        long now = System.nanoTime();
        if (now - readNanos >= TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS)) {
            readNanos = now;
            stats = llm.stats();
        }
        return stats;
    }

    /** Gives the distributions what has come since the last call. */
    synchronized void update() {
        LlmStats.Latencies latencies = llm.stats().latencies();
        fed.forEach(each -> each.update(latencies));
    }

    List<Meter> distributions() {
        return fed.stream().<Meter>map(Fed::summary).toList();
    }
}
