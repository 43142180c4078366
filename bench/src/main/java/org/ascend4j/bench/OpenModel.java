package org.ascend4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.LlmStats;
import org.ascend4j.bench.measure.PromptSource;
import org.ascend4j.bench.measure.Requests;
import org.ascend4j.bench.report.ProgressBar;
import org.ascend4j.internal.store.ModelStore;
import org.ascend4j.internal.store.PullListener;

/** The model under measurement, opened through the public API. */
final class OpenModel implements AutoCloseable {
    private final Llm llm;
    private final LlmOptions options;
    private final Requests requests;
    private final Map<String, Object> facts;

    private OpenModel(Llm llm, LlmOptions options, long seed, Map<String, Object> facts) {
        this.llm = llm;
        this.options = options;
        this.requests = new Requests(llm, PromptSource.of(llm, seed));
        this.facts = facts;
    }

    static OpenModel open(ModelOptions model, ModelOptions.Needs needs, long seed, ProgressBar bar) throws IOException {
        LlmOptions options = model.toOptions(needs);
        Path file = ModelStore.ofUser().resolve(model.model(), PullListener.NONE);
        Llm llm = Llm.open(file, options, (loaded, total) -> bar.show("loading, bytes", loaded, total));
        bar.clear();
        try {
            return new OpenModel(llm, options, seed, facts(llm, options, file));
        } catch (RuntimeException | IOException e) {
            llm.close();
            throw e;
        }
    }

    private static Map<String, Object> facts(Llm llm, LlmOptions options, Path file) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", llm.modelName());
        facts.put("file", file.getFileName().toString());
        facts.put("file_bytes", Files.size(file));
        facts.put("device", llm.device().name());
        facts.put("soc", llm.device().soc());
        facts.put("cann", llm.device().cannVersion());
        facts.put("dtype", options.dtype().name().toLowerCase(Locale.ROOT));
        facts.put("precision", options.precision().name().toLowerCase(Locale.ROOT));
        facts.put(
                "threads",
                options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors());
        facts.put("max_model_len", llm.contextLength());
        facts.put("max_num_seqs", options.maxSequences());
        facts.put("max_num_batched_tokens", options.maxBatchTokens());
        facts.put("block_size", options.blockSize());
        facts.put("kv_tokens", options.kvTokens());
        facts.put("load_ms", llm.loadNanos() / 1_000_000);
        return facts;
    }

    Requests requests() {
        return requests;
    }

    LlmOptions options() {
        return options;
    }

    /** The engine's figures; while requests run they may be some tens of milliseconds old. */
    LlmStats stats() {
        return llm.stats();
    }

    /** What a report tells of the model. */
    Map<String, Object> facts() {
        return facts;
    }

    /** One line for people. */
    String headline() {
        return facts.get("name") + " (" + facts.get("file") + "), " + facts.get("dtype") + ", " + facts.get("precision")
                + ", " + facts.get("threads") + " threads, " + facts.get("device");
    }

    @Override
    public void close() {
        llm.close();
    }
}
