package org.ascend4j;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A model's figures for Micrometer, under vLLM's names where vLLM has the figure, so that dashboards made for it work; what
 * it has not begins with {@code ascend4j:}. Needs {@code io.micrometer:micrometer-core} on the class path, which the
 * engine itself does not. Counts and states are read from {@link Llm#stats} when a registry asks; distributions are brought to the
 * registries every second, by a thread of its own that ends with this or the model. Requests never wait for any of it.
 *
 * <pre>{@code
 * new LlmMetrics(llm).bindTo(registry);
 * }</pre>
 */
public final class LlmMetrics implements MeterBinder, AutoCloseable {
    private final Llm llm;
    private final Tags tags;
    private final List<Runnable> removals = new CopyOnWriteArrayList<>();
    private final List<MetricsFeed> feeds = new CopyOnWriteArrayList<>();
    private final MetricsTicker ticker;

    /** Metrics with vLLM's tags: {@code model_name} and {@code engine}. */
    public LlmMetrics(Llm llm) {
        this(llm, Tags.of("model_name", llm.modelName(), "engine", "0"));
    }

    /** @param tags that all metrics get */
    public LlmMetrics(Llm llm, Tags tags) {
        this.llm = llm;
        this.tags = tags;
        this.ticker = new MetricsTicker(llm, this::update);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Binding binding = new Binding(registry);
        binding.bind();
        feeds.add(binding.feed);
        removals.add(() -> binding.meters.forEach(registry::remove));
        ticker.start();
    }

    /** Brings all registries up to date now. */
    public void update() {
        feeds.forEach(MetricsFeed::update);
    }

    /** Takes the metrics out of all registries. */
    @Override
    public void close() {
        ticker.close();
        feeds.clear();
        removals.forEach(Runnable::run);
        removals.clear();
    }

    /** The meters of one registry. */
    private final class Binding {
        private final MeterRegistry registry;
        private final MetricsFeed feed;
        private final List<Meter> meters = new ArrayList<>();

        Binding(MeterRegistry registry) {
            this.registry = registry;
            this.feed = new MetricsFeed(llm, registry, tags);
        }

        void bind() {
            requests();
            cache();
            tokens();
            finished();
            steps();
            meters.addAll(feed.distributions());
        }

        private void requests() {
            gauge(
                    "vllm:num_requests_running",
                    "Sequences that take part in steps",
                    stats -> stats.requests().running());
            gauge(
                    "vllm:num_requests_waiting",
                    "Sequences that wait to",
                    stats -> stats.requests().waiting());
            counter(
                    "ascend4j:requests_refused",
                    "Requests that were not taken",
                    stats -> stats.requests().refused());
            for (Health.State state : Health.State.values()) {
                Tags named = tags.and("state", OptionValues.spelled(state));
                gauge(
                        "ascend4j:engine_state",
                        "1 for the state that the engine is in",
                        named,
                        stats -> llm.health().state() == state ? 1 : 0);
            }
        }

        private void cache() {
            String usage = "Share of the KV cache's blocks in use";
            gauge("vllm:kv_cache_usage_perc", usage, stats -> stats.cache().usage());
            gauge(
                    "vllm:gpu_cache_usage_perc",
                    usage + ", by its old name",
                    stats -> stats.cache().usage());
            counter(
                    "vllm:num_preemptions",
                    "Sequences that lost their blocks",
                    stats -> stats.cache().preemptions());
            counter(
                    "vllm:prefix_cache_queries",
                    "Tokens looked up",
                    stats -> stats.cache().prefixQueries());
            counter(
                    "vllm:prefix_cache_hits",
                    "Tokens found",
                    stats -> stats.cache().prefixHits());
            counter(
                    "ascend4j:prefix_cache_evictions",
                    "Blocks whose content made room",
                    stats -> stats.cache().evictions());
        }

        private void tokens() {
            counter(
                    "vllm:prompt_tokens",
                    "Tokens of prompts",
                    stats -> stats.tokens().prompt());
            counter(
                    "vllm:generation_tokens",
                    "Tokens of answers",
                    stats -> stats.tokens().generated());
            counter(
                    "vllm:spec_decode_num_draft_tokens",
                    "Tokens guessed ahead",
                    stats -> stats.tokens().drafted());
            counter(
                    "vllm:spec_decode_num_accepted_tokens",
                    "Guesses that were right",
                    stats -> stats.tokens().draftsAccepted());
        }

        private void finished() {
            Map<String, Function<LlmStats.Requests, Long>> reasons = Map.of(
                    "stop", LlmStats.Requests::stopped,
                    "length", LlmStats.Requests::ranOut,
                    "abort", requests -> requests.cancelled() + requests.expired(),
                    "error", LlmStats.Requests::failed);
            reasons.forEach((reason, count) -> counter(
                    "vllm:request_success",
                    "Requests that ended, by the reason",
                    tags.and("finished_reason", reason),
                    stats -> count.apply(stats.requests())));
        }

        private void steps() {
            Map<Graphs, Function<LlmStats.Steps, Long>> modes = Map.of(
                    Graphs.FULL, LlmStats.Steps::full,
                    Graphs.PIECEWISE, LlmStats.Steps::piecewise,
                    Graphs.EAGER, LlmStats.Steps::eager);
            modes.forEach((mode, count) -> counter(
                    "ascend4j:engine_steps",
                    "Steps, by how much of each was a captured graph",
                    tags.and("graphs", OptionValues.spelled(mode)),
                    stats -> count.apply(stats.steps())));
            counter(
                    "ascend4j:step_seconds",
                    "Time in steps",
                    stats -> stats.steps().nanos() / 1e9);
            counter(
                    "ascend4j:device_seconds",
                    "Of that, what the device worked",
                    stats -> stats.steps().deviceNanos() / 1e9);
            gauge(
                    "ascend4j:engine_share",
                    "Share of the steps' time in which the device did not work",
                    stats -> stats.steps().engineShare());
        }

        private void gauge(String name, String description, ToDoubleFunction<LlmStats> value) {
            gauge(name, description, tags, value);
        }

        private void gauge(String name, String description, Tags named, ToDoubleFunction<LlmStats> value) {
            meters.add(Gauge.builder(name, llm, model -> value.applyAsDouble(feed.stats()))
                    .description(description)
                    .tags(named)
                    .register(registry));
        }

        private void counter(String name, String description, ToDoubleFunction<LlmStats> value) {
            counter(name, description, tags, value);
        }

        private void counter(String name, String description, Tags named, ToDoubleFunction<LlmStats> value) {
            meters.add(FunctionCounter.builder(name, llm, model -> value.applyAsDouble(feed.stats()))
                    .description(description)
                    .tags(named)
                    .register(registry));
        }
    }
}
