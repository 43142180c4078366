package org.ascend4j.internal.serve;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.ascend4j.Health;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;

/**
 * A model's figures in Prometheus's text format 0.0.4, under the names that {@link org.ascend4j.LlmMetrics} gives them
 * through Micrometer, which are vLLM's where vLLM has the figure. Thread-safe.
 */
final class PrometheusText {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Llm llm;
    private final ServerCounts counts;
    private final String labels;

    PrometheusText(Llm llm, String model, ServerCounts counts) {
        this.llm = llm;
        this.counts = counts;
        this.labels = "engine=\"0\",model_name=\"" + escape(model) + "\"";
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    byte[] render() {
        LlmStats stats = llm.stats();
        Page page = new Page();
        requests(page, stats);
        page.gauge("vllm:kv_cache_usage_perc", stats.cache().usage());
        page.gauge("vllm:gpu_cache_usage_perc", stats.cache().usage());
        page.counter("vllm:num_preemptions", stats.cache().preemptions());
        page.counter("vllm:prefix_cache_queries", stats.cache().prefixQueries());
        page.counter("vllm:prefix_cache_hits", stats.cache().prefixHits());
        page.counter("ascend4j:prefix_cache_evictions", stats.cache().evictions());
        page.counter("vllm:prompt_tokens", stats.tokens().prompt());
        page.counter("vllm:generation_tokens", stats.tokens().generated());
        page.counter("vllm:spec_decode_num_draft_tokens", stats.tokens().drafted());
        page.counter("vllm:spec_decode_num_accepted_tokens", stats.tokens().draftsAccepted());
        steps(page, stats.steps());
        latencies(page, stats.latencies());
        page.type("ascend4j:http_requests_total", "counter");
        counts.byLabels().forEach((kind, count) -> page.line("ascend4j:http_requests_total" + kind, count));
        return page.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void requests(Page page, LlmStats stats) {
        LlmStats.Requests requests = stats.requests();
        page.gauge("vllm:num_requests_running", requests.running());
        page.gauge("vllm:num_requests_waiting", requests.waiting());
        page.counter("ascend4j:requests_refused", requests.refused());
        page.type("vllm:request_success_total", "counter");
        page.finished("stop", requests.stopped());
        page.finished("length", requests.ranOut());
        page.finished("abort", requests.cancelled() + requests.expired());
        page.finished("error", requests.failed());
        Health.State now = llm.health().state();
        page.type("ascend4j:engine_state", "gauge");
        for (Health.State state : Health.State.values()) {
            String name = state.name().toLowerCase(Locale.ROOT);
            page.line("ascend4j:engine_state{" + labels + ",state=\"" + name + "\"}", state == now ? 1 : 0);
        }
    }

    private void steps(Page page, LlmStats.Steps steps) {
        page.type("ascend4j:engine_steps_total", "counter");
        String name = "ascend4j:engine_steps_total{" + labels + ",graphs=\"";
        page.line(name + "full\"}", steps.full());
        page.line(name + "piecewise\"}", steps.piecewise());
        page.line(name + "eager\"}", steps.eager());
        page.counter("ascend4j:step_seconds", steps.nanos() / 1e9);
        page.counter("ascend4j:device_seconds", steps.deviceNanos() / 1e9);
        page.gauge("ascend4j:engine_share", steps.engineShare());
    }

    private static void latencies(Page page, LlmStats.Latencies latencies) {
        page.histogram("vllm:time_to_first_token_seconds", latencies.timeToFirstToken());
        page.histogram("vllm:inter_token_latency_seconds", latencies.interTokenLatency());
        page.histogram("vllm:time_per_output_token_seconds", latencies.interTokenLatency());
        page.histogram("vllm:request_time_per_output_token_seconds", latencies.timePerOutputToken());
        page.histogram("vllm:e2e_request_latency_seconds", latencies.endToEnd());
        page.histogram("vllm:request_queue_time_seconds", latencies.queueTime());
        page.histogram("vllm:request_prefill_time_seconds", latencies.prefillTime());
        page.histogram("vllm:request_decode_time_seconds", latencies.decodeTime());
        page.histogram("vllm:request_inference_time_seconds", latencies.inferenceTime());
        page.histogram("vllm:request_prompt_tokens", latencies.promptTokens());
        page.histogram("vllm:request_generation_tokens", latencies.generatedTokens());
        page.histogram("vllm:iteration_tokens", latencies.stepTokens());
    }

    /** The text while it grows. */
    private final class Page {
        private final StringBuilder text = new StringBuilder(16_384);

        void type(String name, String type) {
            text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        }

        void line(String series, double value) {
            text.append(series).append(' ');
            if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
                text.append((long) value);
            } else {
                text.append(value);
            }
            text.append('\n');
        }

        void gauge(String name, double value) {
            type(name, "gauge");
            line(name + '{' + labels + '}', value);
        }

        void counter(String name, double value) {
            type(name + "_total", "counter");
            line(name + "_total{" + labels + '}', value);
        }

        void finished(String reason, long count) {
            line("vllm:request_success_total{" + labels + ",finished_reason=\"" + reason + "\"}", count);
        }

        void histogram(String name, LlmStats.Distribution values) {
            type(name, "histogram");
            long count = 0;
            for (int i = 0; i < values.bounds().size(); i++) {
                count += values.counts().get(i);
                line(name + "_bucket{" + labels + ",le=\"" + values.bounds().get(i) + "\"}", count);
            }
            line(name + "_bucket{" + labels + ",le=\"+Inf\"}", values.count());
            line(name + "_sum{" + labels + '}', values.sum());
            line(name + "_count{" + labels + '}', values.count());
        }
    }
}
