package org.ascend4j;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.ascend4j.compat.Verdict;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.device.StackCheck;
import org.ascend4j.internal.engine.Engine;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.pretrained.GenerationDefaults;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.weight.WeightFormats;

/**
 * What opening a model gives.
 *
 * @param stack the device and what the guard says of the host
 * @param recommended how the model's makers would have it sampled
 * @param contextLength most tokens of one sequence, by the model, the options and the KV cache
 * @param adapters those that are loaded into it
 * @param loadNanos how long it took
 */
record OpenedModel(
        Engine engine,
        ModelTokenizer tokenizer,
        StackCheck.Result stack,
        String name,
        GenerationOptions recommended,
        int contextLength,
        DeviceInfo device,
        Adapters adapters,
        long loadNanos) {
    /** What the engine thread tells of the open model. */
    private record Facts(ModelConfig config, int contextLength, DeviceInfo device) {}

    /** What the guard says of the host. */
    Verdict verdict() {
        return stack.verdict();
    }

    /** Opens a model: file header, guard, device, weights. */
    static OpenedModel open(Path model, LlmOptions options, LoadProgress progress) {
        long start = System.nanoTime();
        try (ModelSource source = ModelSource.open(model)) {
            source.requireKnownQuantization();
            GenerationOptions recommended = recommended(source.generationDefaults());
            Checkpoint file = source.checkpoint();
            ModelRegistry.Plan plan = ModelRegistry.plan(file);
            WeightFormats.requireSupported(file);
            AdapterTargets base = ModelRegistry.adapterTargets(file, plan.config());
            String name = source.name();
            DeviceChoice choice = options.device();
            StackCheck.Result stack =
                    StackCheck.run(StackCheck.Wish.valueOf(choice.kind().name()), choice.index(), options.guard());
            // The vocabulary takes about as long as the weights, and they share nothing.
            CompletableFuture<ModelTokenizer> tokenizer =
                    CompletableFuture.supplyAsync(() -> ModelTokenizer.read(source), OpenedModel::start);
            Engine.Opened<Facts> opened = Engine.open(
                    new ModelLoader(file, plan, stack, options, progress),
                    EngineSettings.of(options, ModelLoader.contextLength(options, plan.config())),
                    loaded -> facts(loaded, options));
            Facts facts = opened.facts();
            ModelTokenizer read = join(tokenizer, opened, file);
            return new OpenedModel(
                    opened.engine(),
                    read,
                    stack,
                    name,
                    recommended,
                    facts.contextLength(),
                    facts.device(),
                    new Adapters(
                            opened.engine(),
                            base,
                            ModelLoader.dataType(options.dtype()),
                            options.maxLoras(),
                            options.maxLoraRank()),
                    System.nanoTime() - start);
        }
    }

    private static GenerationOptions recommended(GenerationDefaults defaults) {
        GenerationOptions options = GenerationOptions.defaults();
        if (defaults.sample().orElse(false)) {
            options = options.withTemperature(defaults.temperature().orElse(1))
                    .withTopP(defaults.topP().orElse(options.topP()))
                    .withTopK(defaults.topK().orElse(options.topK()))
                    .withMinP(defaults.minP().orElse(options.minP()));
        }
        return options.withRepetitionPenalty(defaults.repetitionPenalty().orElse(options.repetitionPenalty()));
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "ascend4j-vocabulary");
        thread.setDaemon(true);
        thread.start();
    }

    private static Facts facts(Model model, LlmOptions options) {
        DeviceSession session = model.session();
        long held = (model.kvBlocks() - 1L) * model.kvBlockSize();
        return new Facts(
                model.config(),
                (int) Math.min(ModelLoader.contextLength(options, model.config()), held),
                new DeviceInfo(session.name(), session.soc(), session.library(), session.cannVersion()));
    }

    private static ModelTokenizer join(
            CompletableFuture<ModelTokenizer> reading, Engine.Opened<Facts> opened, Checkpoint file) {
        try {
            ModelTokenizer tokenizer = reading.join();
            int found = tokenizer.tokenizer().vocabularySize();
            int rows = opened.facts().config().vocabularySize();
            if (found != rows) {
                opened.engine().close();
                throw new ModelFormatException(file.path() + ": tokenizer.ggml.tokens: found " + found
                        + " tokens, expected " + rows + ", the rows of token_embd.weight");
            }
            return tokenizer;
        } catch (CompletionException e) {
            opened.engine().close();
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AscendException("the vocabulary could not be read: " + e.getCause(), e.getCause());
        }
    }
}
