package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LlmMetricsTest {
    private static final Prompt PROMPT = Prompt.raw("The first people who measured rivers");
    private static final GenerationOptions SHORT =
            GenerationOptions.defaults().withMaxTokens(20).withIgnoreEnd(true);

    /** What a scraper reads: series by name and tags, without those that are the same for all. */
    private static Map<String, Double> scrape(PrometheusMeterRegistry registry) {
        Map<String, Double> series = new TreeMap<>();
        registry.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int at = line.lastIndexOf(' ');
            String name = line.substring(0, at)
                    .replaceAll(",?(engine|model_name)=\"[^\"]*\"", "")
                    .replace("{,", "{");
            series.put(name.replace("{}", ""), Double.parseDouble(line.substring(at + 1)));
        });
        return series;
    }

    @Test
    void tellsAScraperWhatVllmWouldUnderItsNames() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Llm llm = TinyModels.open("q8_0");
                LlmMetrics metrics = new LlmMetrics(llm)) {
            metrics.bindTo(registry);
            for (int i = 0; i < 6; i++) {
                llm.generate(PROMPT, SHORT);
            }
            int prompt = llm.encode(PROMPT).length;
            int first = llm.generate(PROMPT, SHORT).tokens()[0];
            llm.generate(PROMPT, SHORT.withStopTokens(List.of(first)));
            llm.generateAsync(PROMPT, GenerationOptions.defaults().withIgnoreEnd(true))
                    .cancel(false);
            llm.sleep(Sleep.CACHE, Duration.ofSeconds(20)); // figures are exact then
            metrics.update();
            Map<String, Double> series = scrape(registry);
            LlmStats stats = llm.stats();
            double started = stats.latencies().timeToFirstToken().count();
            assertThat(started).as("one was cancelled, perhaps in time").isBetween(8.0, 9.0);
            assertThat(stats.tokens().prompt()).isBetween(8L * prompt, 9L * prompt);
            assertThat(series)
                    .containsEntry("vllm:num_requests_running", 0.0)
                    .containsEntry("vllm:num_requests_waiting", 0.0)
                    .containsEntry("vllm:kv_cache_usage_perc", 0.0)
                    .containsEntry("vllm:gpu_cache_usage_perc", 0.0)
                    .containsEntry("vllm:num_preemptions_total", 0.0)
                    .containsEntry(
                            "vllm:prompt_tokens_total", (double) stats.tokens().prompt())
                    .containsEntry("vllm:request_success_total{finished_reason=\"length\"}", 7.0)
                    .containsEntry("vllm:request_success_total{finished_reason=\"stop\"}", 1.0)
                    .containsEntry("vllm:request_success_total{finished_reason=\"abort\"}", 1.0)
                    .containsEntry("vllm:request_success_total{finished_reason=\"error\"}", 0.0)
                    .containsEntry("vllm:time_to_first_token_seconds_count", started)
                    .containsEntry("vllm:time_to_first_token_seconds_bucket{le=\"+Inf\"}", started)
                    .containsEntry("vllm:e2e_request_latency_seconds_count", 9.0)
                    .containsEntry("vllm:request_queue_time_seconds_count", (double)
                            stats.latencies().queueTime().count())
                    .containsEntry("vllm:request_prompt_tokens_sum", 9.0 * prompt)
                    .containsEntry("vllm:spec_decode_num_draft_tokens_total", 0.0)
                    .containsEntry("vllm:spec_decode_num_accepted_tokens_total", 0.0)
                    .containsEntry("ascend4j:engine_state{state=\"sleeping\"}", 1.0)
                    .containsEntry("ascend4j:engine_state{state=\"ready\"}", 0.0)
                    .containsKeys(
                            "vllm:prefix_cache_queries_total",
                            "vllm:prefix_cache_hits_total",
                            "vllm:time_per_output_token_seconds_count",
                            "vllm:request_time_per_output_token_seconds_count",
                            "vllm:request_inference_time_seconds_count",
                            "vllm:request_prefill_time_seconds_count",
                            "vllm:request_decode_time_seconds_count",
                            "vllm:iteration_tokens_count",
                            "vllm:inter_token_latency_seconds_bucket{le=\"0.025\"}",
                            "ascend4j:engine_steps_total{graphs=\"full\"}",
                            "ascend4j:engine_share");
            assertThat(series)
                    .containsEntry("vllm:generation_tokens_total", (double)
                            stats.tokens().generated())
                    .containsEntry("vllm:request_generation_tokens_sum", (double)
                            stats.tokens().generated());
            assertThat(series.get("vllm:inter_token_latency_seconds_sum"))
                    .isCloseTo(stats.latencies().interTokenLatency().sum(), within(1e-9));
        }
        assertThat(registry.scrape()).as("closed metrics are gone").isBlank();
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void addsUpOverScrapes() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        try (Llm llm = TinyModels.open("q4_0");
                LlmMetrics metrics = new LlmMetrics(llm)) {
            metrics.bindTo(registry);
            metrics.bindTo(other);
            for (int i = 1; i <= 3; i++) {
                llm.generate(PROMPT, SHORT);
                llm.sleep(Sleep.CACHE, Duration.ofSeconds(20));
                llm.wake();
                Thread.sleep(MetricsFeed.FRESH_MILLIS + 10);
                metrics.update();
                assertThat(scrape(registry))
                        .containsEntry("vllm:e2e_request_latency_seconds_count", (double) i)
                        .containsEntry("vllm:inter_token_latency_seconds_count", 19.0 * i)
                        .containsEntry("vllm:generation_tokens_total", 20.0 * i);
            }
            assertThat(other.get("vllm:generation_tokens").functionCounter().count())
                    .isEqualTo(60);
            assertThat(other.get("vllm:inter_token_latency_seconds").summary().count())
                    .isEqualTo(57);
        }
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void bringsDistributionsUpToDateByItself() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Llm llm = TinyModels.open("q4_0");
                LlmMetrics metrics = new LlmMetrics(llm)) {
            metrics.bindTo(registry);
            llm.generate(PROMPT, SHORT);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (registry.get("vllm:e2e_request_latency_seconds").summary().count() == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(20);
            }
        }
        TinyModels.assertNothingOutstanding();
    }

    /** The child; it must not touch the outer class, which has metrics in its methods. */
    public static final class WithoutMicrometer {
        public static void main(String[] arguments) {
            try (Llm llm = TinyModels.open("q4_0")) {
                GenerationOptions brief =
                        GenerationOptions.defaults().withMaxTokens(20).withIgnoreEnd(true);
                System.out.println(llm.generate(Prompt.tokens(300), brief).tokens().length + " tokens, "
                        + llm.stats().requests().live() + " live");
            }
            try {
                Class.forName("io.micrometer.core.instrument.MeterRegistry");
                System.out.println("Micrometer is there");
            } catch (ClassNotFoundException e) {
                System.out.println("no Micrometer");
            }
        }
    }

    @Test
    void isNotNeededByTheRest(@TempDir Path directory) throws Exception {
        String kept = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("micrometer") && !entry.contains("prometheus"))
                .collect(Collectors.joining(File.pathSeparator));
        String output = new ChildJvm(directory).classPath(kept).run(60, WithoutMicrometer.class);
        assertThat(output).contains("20 tokens, 0 live", "no Micrometer");
    }
}
