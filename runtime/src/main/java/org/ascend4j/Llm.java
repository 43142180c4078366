package org.ascend4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.stream.DoubleStream;
import org.ascend4j.compat.Verdict;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.engine.SleepLevel;

/**
 * An open model: the way in for programs. Thread-safe; requests of any number of threads are batched. Opening checks the
 * stack against the release matrix before anything native happens.
 *
 * <pre>{@code
 * try (Llm llm = Llm.open(Path.of("model.gguf"))) {
 *     System.out.println(llm.generate("What is the capital of France?"));
 * }
 * }</pre>
 *
 * <p>An answer can be had whole, as a future, as an iterator or as a reactive stream. In each form it ends early when it
 * is cancelled or when {@link GenerationOptions#deadline} passes, and text is made of tokens away from the thread that
 * drives the device. Requests throw, or end with, an {@link org.ascend4j.error.InvalidRequestException} if they are wrong,
 * an {@link org.ascend4j.error.OverloadedException} if too many wait, and an
 * {@link org.ascend4j.error.UnavailableException} if the model sleeps, drains, is closed or has failed.
 */
public final class Llm implements AutoCloseable {
    private final OpenedModel opened;
    private final AnswerDesk desk;

    private Llm(OpenedModel opened, Streaming limits) {
        this.opened = opened;
        this.desk =
                new AnswerDesk(opened.engine(), opened.tokenizer(), opened.contextLength(), opened.adapters(), limits);
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
        return new Llm(OpenedModel.open(model, options, progress), options.streaming());
    }

    /** Answers one question, greedily, up to the model's end. */
    public String generate(String question) {
        return generate(Prompt.user(question), GenerationOptions.defaults()).text();
    }

    /** Generates a whole answer. Interrupting the waiting thread ends the request. */
    public Completion generate(Prompt prompt, GenerationOptions options) {
        try (TokenStream stream = stream(prompt, options)) {
            return stream.completion();
        }
    }

    /**
     * Starts an answer that is read while it is generated.
     *
     * @throws InvalidRequestException if the prompt has no token, does not fit the context or is not valid text
     */
    public TokenStream stream(Prompt prompt, GenerationOptions options) {
        return desk.stream(prompt, options);
    }

    /**
     * An answer as a reactive stream: every subscriber gets one of its own, whose pieces come as it asks for them, and
     * cancelling the subscription ends the request. Subscribers are called on threads of this library, up to 64 at once:
     * who blocks for long should bring an executor of its own.
     *
     * @throws InvalidRequestException as {@link #stream}
     */
    public Flow.Publisher<AnswerPiece> publish(Prompt prompt, GenerationOptions options) {
        return desk.publisher(prompt, options);
    }

    /**
     * As {@link #publish(Prompt, GenerationOptions)}.
     *
     * @param executor calls subscribers and decodes their text; must not run its tasks on the calling thread
     */
    public Flow.Publisher<AnswerPiece> publish(Prompt prompt, GenerationOptions options, Executor executor) {
        return desk.publisher(prompt, options, executor);
    }

    /**
     * Starts an answer that is wanted as a whole. Cancelling the future ends the request.
     *
     * @throws InvalidRequestException as {@link #stream}
     */
    public CompletableFuture<Completion> generateAsync(Prompt prompt, GenerationOptions options) {
        return desk.answer(prompt, options);
    }

    /**
     * Generates {@link GenerationOptions#n} answers at once from one computation of the prompt; answer i takes the seed
     * plus i. Interrupting the waiting thread ends them all.
     */
    public List<Completion> generateAll(Prompt prompt, GenerationOptions options) {
        return await(generateAllAsync(prompt, options));
    }

    /** As {@link #generateAll}, without waiting. Cancelling the future ends all its answers; if one fails, so do all. */
    public CompletableFuture<List<Completion>> generateAllAsync(Prompt prompt, GenerationOptions options) {
        return desk.answers(prompt, options);
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AscendException cause
                    ? cause
                    : new AscendException("the answer failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new AscendException("interrupted while waiting for an answer", e);
        }
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
        Completion scored = await(desk.score(tokens, 1));
        return DoubleStream.concat(
                        scored.promptLogprobs().stream().mapToDouble(TokenLogprob::logprob),
                        scored.logprobs().stream().mapToDouble(TokenLogprob::logprob))
                .toArray();
    }

    /**
     * How likely the model finds each of some continuations of a context; the context is computed once. Interrupting the
     * waiting thread ends the requests.
     *
     * @param continuations each 1 or more tokens, as {@link #tokenize} gives them; markers in them are text
     * @return one for each continuation, in their order
     * @throws InvalidRequestException if a continuation has no token or does not fit the context length
     */
    public List<ContinuationScore> scoreContinuations(Prompt context, List<String> continuations) {
        return await(scoreContinuationsAsync(context, continuations));
    }

    /** As {@link #scoreContinuations}, without waiting. Cancelling the future ends its requests; if one fails, so do all. */
    public CompletableFuture<List<ContinuationScore>> scoreContinuationsAsync(
            Prompt context, List<String> continuations) {
        return new ContinuationScoring(desk, opened.tokenizer(), opened.contextLength()).start(context, continuations);
    }

    /**
     * Loads a LoRA adapter (Hu et al., 2021) as PEFT saves it: a folder with {@code adapter_config.json} and
     * {@code adapter_model.safetensors}. From then on requests choose it by {@link GenerationOptions#adapter}, beside
     * others in the same batch. Requests that run go on meanwhile; those without an adapter are answered as before, bit by
     * bit. The adapter is kept in host memory too, for when the model wakes from sleep.
     *
     * @param name of no adapter that is loaded, 1 to 256 characters
     * @throws InvalidRequestException if the name is taken, or as many are loaded as the option {@code max-loras} allows
     * @throws org.ascend4j.error.ModelFormatException if the files are damaged, are for another model, have a rank above
     *     the option {@code max-lora-rank}, or ask for what is not supported (DoRA, biases, saved modules, embeddings, …),
     *     which is named
     * @throws org.ascend4j.error.UnavailableException if the model sleeps, drains, is closed or has failed
     * @throws AscendException if the device has too little memory; nothing is left behind
     */
    public LoadedAdapter loadAdapter(String name, Path folder) {
        return opened.adapters().load(name, folder);
    }

    /**
     * Unloads an adapter. New requests by its name are refused at once; those that are in end as if nothing had happened.
     * Waits until they have, and until its device memory is free.
     *
     * @throws InvalidRequestException if no adapter of this name is loaded
     * @throws org.ascend4j.error.UnavailableException if the model is closed or fails meanwhile, which frees it as well
     */
    public void unloadAdapter(String name) {
        opened.adapters().unload(name);
    }

    /** The adapters that requests may choose, oldest first. */
    public List<LoadedAdapter> adapters() {
        return opened.adapters().all();
    }

    /** The ids that the model sees for a prompt. */
    public int[] encode(Prompt prompt) {
        return opened.tokenizer().encode(prompt);
    }

    /** As {@link ModelTokenizer#encode(String, boolean)}. */
    public int[] tokenize(String text, boolean special) {
        return opened.tokenizer().encode(text, special);
    }

    /** As {@link ModelTokenizer#decode(int[])}. */
    public String detokenize(int[] tokens) {
        return opened.tokenizer().decode(tokens);
    }

    /**
     * The bytes of one token, possibly a part of a character only; a special token gives its marker.
     *
     * @throws InvalidRequestException if the vocabulary has no such id
     */
    public byte[] tokenBytes(int token) {
        return opened.tokenizer().tokenizer().bytes(token, true);
    }

    /**
     * Refuses what the model has no room for now, without any work on a prompt: for servers, before they read a request.
     * What passes may still be refused when it is submitted.
     *
     * @param requests how many are about to come
     * @throws org.ascend4j.error.UnavailableException if the model takes no requests now
     * @throws org.ascend4j.error.OverloadedException if too many wait
     */
    public void requireRoom(int requests) {
        opened.engine().requireRoom(requests);
    }

    /** The device that runs the model. */
    public DeviceInfo device() {
        return opened.device();
    }

    /** What the guard said of this host when the model was opened. */
    public Verdict compatibility() {
        return opened.verdict();
    }

    /** The name in the model file. */
    public String modelName() {
        return opened.name();
    }

    /** How the model's makers would have it sampled; {@link GenerationOptions#defaults()} where they do not say. */
    public GenerationOptions recommendedOptions() {
        return opened.recommended();
    }

    /** Most tokens of one conversation, prompt and answer together. */
    public int contextLength() {
        return opened.contextLength();
    }

    /** How long opening took. */
    public long loadNanos() {
        return opened.loadNanos();
    }

    /** The state now; never waits. */
    public Health health() {
        return Health.of(opened.engine().health());
    }

    /**
     * Figures that are at most some tens of milliseconds old while requests run, and exact a moment after the last has
     * ended; how many requests live and have failed is always exact. Never waits.
     */
    public LlmStats stats() {
        return LlmStats.of(opened.engine().stats());
    }

    /**
     * Takes no more requests, finishes those that are in, and gives up device memory until {@link #wake}. Answers are the
     * same afterwards.
     *
     * @param patience what has not ended by then fails
     * @return whether all ended by themselves
     * @throws org.ascend4j.error.UnavailableException if the model is neither ready nor asleep
     */
    public boolean sleep(Sleep what, Duration patience) {
        return opened.engine().sleep(SleepLevel.valueOf(what.name()), patience);
    }

    /**
     * Ends sleep; does nothing if the model is ready.
     *
     * @throws AscendException if there is too little memory now, or the file is not the same; the model sleeps on
     */
    public void wake() {
        opened.engine().wake();
    }

    /**
     * Takes no more requests, finishes those that are in, and closes.
     *
     * @param patience what has not ended by then fails
     * @return whether all ended by themselves
     */
    public boolean drain(Duration patience) {
        try {
            return opened.engine().drain(patience);
        } finally {
            desk.close();
        }
    }

    /**
     * Ends running requests at once with an {@link org.ascend4j.error.UnavailableException} and frees everything on the
     * device. Idempotent; waits for a step that runs, but not for a device that hangs.
     */
    @Override
    public void close() {
        opened.engine().close();
        desk.close();
    }
}
