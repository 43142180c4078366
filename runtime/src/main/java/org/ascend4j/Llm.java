package org.ascend4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.DoubleStream;
import org.ascend4j.compat.Verdict;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.device.StackCheck;
import org.ascend4j.internal.engine.Engine;
import org.ascend4j.internal.engine.Request;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.pretrained.GenerationDefaults;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.weight.WeightFormats;

/**
 * An open model: the way in for programs. Thread-safe; requests of any number of threads are batched. Opening checks the
 * stack against the release matrix before anything native happens.
 *
 * <pre>{@code
 * try (Llm llm = Llm.open(Path.of("model.gguf"))) {
 *     System.out.println(llm.generate("What is the capital of France?"));
 * }
 * }</pre>
 */
public final class Llm implements AutoCloseable {
    private final Engine engine;
    private final Facts facts;
    private final ModelTokenizer tokenizer;
    private final Verdict verdict;
    private final String modelName;
    private final long loadNanos;
    private final GenerationOptions recommended;
    private final SequenceFactory sequences;
    private final ResponseFormats formats;

    /** What the engine thread tells of the open model. */
    private record Facts(ModelConfig config, int contextLength, DeviceInfo device) {}

    private Llm(
            Engine engine,
            Facts facts,
            ModelTokenizer tokenizer,
            Verdict verdict,
            String modelName,
            GenerationOptions recommended,
            long loadNanos) {
        this.engine = engine;
        this.facts = facts;
        this.tokenizer = tokenizer;
        this.verdict = verdict;
        this.modelName = modelName;
        this.recommended = recommended;
        this.loadNanos = loadNanos;
        this.sequences = new SequenceFactory(tokenizer.tokenizer(), facts.contextLength());
        this.formats = new ResponseFormats(tokenizer.tokenizer());
    }

    /** Opens a model with {@link LlmOptions#defaults()}. */
    public static Llm open(Path model) {
        return open(model, LlmOptions.defaults());
    }

    /** Opens a model. */
    public static Llm open(Path model, LlmOptions options) {
        return open(model, options, LoadProgress.NONE);
    }

    /**
     * Opens a model: file header, guard, device, weights.
     *
     * @throws org.ascend4j.compat.IncompatibleStackException if the guard refuses this host
     * @throws org.ascend4j.error.ModelFormatException if the file is damaged or of a kind that is not supported
     * @throws AscendException for everything else that was foreseen
     */
    public static Llm open(Path model, LlmOptions options, LoadProgress progress) {
        long start = System.nanoTime();
        try (ModelSource source = ModelSource.open(model)) {
            source.requireKnownQuantization();
            GenerationOptions recommended = recommended(source.generationDefaults());
            String name = source.name();
            Checkpoint file = source.checkpoint();
            ModelRegistry.Plan plan = ModelRegistry.plan(file);
            WeightFormats.requireSupported(file);
            DeviceChoice choice = options.device();
            StackCheck.Result stack =
                    StackCheck.run(StackCheck.Wish.valueOf(choice.kind().name()), choice.index(), options.guard());
            // The vocabulary takes about as long as the weights, and they share nothing.
            CompletableFuture<ModelTokenizer> tokenizer =
                    CompletableFuture.supplyAsync(() -> ModelTokenizer.read(source), Llm::start);
            Engine.Opened<Facts> opened = Engine.open(
                    () -> open(file, plan, stack, options, progress),
                    new Engine.Limits(options.maxSequences(), options.maxBatchTokens()),
                    loaded -> facts(loaded, options));
            return new Llm(
                    opened.engine(),
                    opened.facts(),
                    join(tokenizer, opened, file),
                    stack.verdict(),
                    name,
                    recommended,
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

    private static Model open(
            Checkpoint file,
            ModelRegistry.Plan plan,
            StackCheck.Result stack,
            LlmOptions options,
            LoadProgress progress) {
        LoadSettings settings = new LoadSettings(
                dataType(options.dtype()),
                options.precision() == Precision.FAST,
                options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors(),
                options.maxSequences(),
                options.maxBatchTokens(),
                contextLength(options, plan.config()),
                options.blockSize(),
                options.kvTokens());
        long total =
                file.tensors().stream().mapToLong(tensor -> tensor.byteSize()).sum();
        try {
            return ModelRegistry.open(
                    file,
                    plan,
                    () -> DeviceSession.open(stack.device(), options.threads(), options.stepTimeout()),
                    settings,
                    loaded -> progress.loaded(loaded, total));
        } catch (AclException e) {
            throw new AscendException("the model could not be put on the device: " + e.getMessage(), e);
        }
    }

    private static Facts facts(Model model, LlmOptions options) {
        DeviceSession session = model.session();
        return new Facts(
                model.config(),
                Math.min(contextLength(options, model.config()), (int)
                        Math.min(Integer.MAX_VALUE, (model.kvBlocks() - 1L) * model.kvBlockSize())),
                new DeviceInfo(session.name(), session.soc(), session.library(), session.cannVersion()));
    }

    private static int contextLength(LlmOptions options, ModelConfig config) {
        if (options.contextLength() > config.contextLength()) {
            throw new InvalidRequestException(
                    "context-length",
                    "found " + options.contextLength() + ", expected at most the model's " + config.contextLength());
        }
        return options.contextLength() > 0 ? options.contextLength() : config.contextLength();
    }

    private static DataType dataType(DType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT;
            case AUTO, FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BF16;
        };
    }

    /** Answers one question, greedily, up to the model's end. */
    public String generate(String question) {
        return generate(Prompt.user(question), GenerationOptions.defaults()).text();
    }

    /** Generates a whole answer. */
    public Completion generate(Prompt prompt, GenerationOptions options) {
        try (TokenStream stream = stream(prompt, options)) {
            return stream.completion();
        }
    }

    /**
     * Starts an answer.
     *
     * @throws InvalidRequestException if the prompt has no token, does not fit the context or is not valid text
     */
    public TokenStream stream(Prompt prompt, GenerationOptions options) {
        requireOne(options);
        int[] tokens = tokenizer.encode(prompt);
        Sequence sequence = sequences.of(tokens, options, 0);
        TokenStream stream =
                new TokenStream(tokenizer.tokenizer(), tokens, options, () -> engine.cancel(sequence.id()));
        engine.submit(new Request(sequence, stream.sink(), formats.matcher(options.responseFormat())));
        return stream;
    }

    /**
     * Starts an answer that is wanted as a whole. Cancelling the future ends the request.
     *
     * @throws InvalidRequestException as {@link #stream}
     */
    public CompletableFuture<Completion> generateAsync(Prompt prompt, GenerationOptions options) {
        requireOne(options);
        return submit(tokenizer.encode(prompt), options, 0);
    }

    /** Generates {@link GenerationOptions#n} answers at once; answer i takes the seed plus i. */
    public List<Completion> generateAll(Prompt prompt, GenerationOptions options) {
        int[] tokens = tokenizer.encode(prompt);
        List<CompletableFuture<Completion>> answers = new ArrayList<>();
        for (int i = 0; i < options.n(); i++) {
            answers.add(submit(tokens, options, i));
        }
        return answers.stream().map(Llm::join).toList();
    }

    /**
     * The natural-log probability of each token but the first, in one context.
     *
     * @param tokens 2 ids up to as many as the context holds
     */
    public double[] score(int[] tokens) {
        if (tokens.length < 2) {
            throw new InvalidRequestException("tokens", "found " + tokens.length + ", expected at least 2");
        }
        int last = tokens.length - 1;
        // The last token is generated, the only one allowed, so the sequence is no longer than what is scored.
        GenerationOptions options = GenerationOptions.defaults()
                .withMaxTokens(1)
                .withIgnoreEnd(true)
                .withAllowedTokens(List.of(tokens[last]))
                .withLogprobs(0)
                .withPromptLogprobs(0);
        int[] context = tokenizer.encode(Prompt.tokens(Arrays.copyOf(tokens, last)));
        Completion scored = join(submit(context, options, 0));
        return DoubleStream.concat(
                        scored.promptLogprobs().stream().mapToDouble(TokenLogprob::logprob),
                        scored.logprobs().stream().mapToDouble(TokenLogprob::logprob))
                .toArray();
    }

    private static void requireOne(GenerationOptions options) {
        if (options.n() != 1) {
            throw new InvalidRequestException("n", "found " + options.n() + ", expected 1; ask generateAll for more");
        }
    }

    private CompletableFuture<Completion> submit(int[] tokens, GenerationOptions options, int sample) {
        Sequence sequence = sequences.of(tokens, options, sample);
        PendingCompletion pending =
                new PendingCompletion(tokenizer.tokenizer(), tokens, options, () -> engine.cancel(sequence.id()));
        CompletableFuture<Completion> future = pending.future();
        engine.submit(new Request(sequence, pending, formats.matcher(options.responseFormat())));
        future.whenComplete((completion, failure) -> {
            if (future.isCancelled()) {
                engine.cancel(sequence.id());
            }
        });
        return future;
    }

    private static Completion join(CompletableFuture<Completion> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof AscendException cause
                    ? cause
                    : new AscendException("the answer failed: " + e.getCause(), e.getCause());
        }
    }

    /** The ids that the model sees for a prompt. */
    public int[] encode(Prompt prompt) {
        return tokenizer.encode(prompt);
    }

    /** As {@link ModelTokenizer#encode(String, boolean)}. */
    public int[] tokenize(String text, boolean special) {
        return tokenizer.encode(text, special);
    }

    /** As {@link ModelTokenizer#decode(int[])}. */
    public String detokenize(int[] tokens) {
        return tokenizer.decode(tokens);
    }

    /** The device that runs the model. */
    public DeviceInfo device() {
        return facts.device();
    }

    /** What the guard said of this host when the model was opened. */
    public Verdict compatibility() {
        return verdict;
    }

    /** The name in the model file. */
    public String modelName() {
        return modelName;
    }

    /** How the model's makers would have it sampled; {@link GenerationOptions#defaults()} where they do not say. */
    public GenerationOptions recommendedOptions() {
        return recommended;
    }

    /** Most tokens of one conversation, prompt and answer together. */
    public int contextLength() {
        return facts.contextLength();
    }

    /** How long opening took. */
    public long loadNanos() {
        return loadNanos;
    }

    /** Ends running requests with an error and frees everything on the device. Idempotent. */
    @Override
    public void close() {
        engine.close();
    }
}
