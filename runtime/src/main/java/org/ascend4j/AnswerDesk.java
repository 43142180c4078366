package org.ascend4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.engine.Engine;
import org.ascend4j.internal.engine.Request;
import org.ascend4j.internal.grammar.GrammarMatcher;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.text.Tokenizer;

/** Turns prompts into requests of the engine, and what the engine tells of them into answers. Thread-safe. */
final class AnswerDesk implements AutoCloseable {
    static final int MOST_CALLERS = 64;
    private static final int MOST_READERS = 4;

    private final Engine engine;
    private final ModelTokenizer prompts;
    private final Tokenizer tokenizer;
    private final SequenceFactory sequences;
    private final ResponseFormats formats;
    private final Streaming limits;

    /** Makes text; no caller's code runs here. */
    private final AnswerThreads readers = new AnswerThreads(
            "answer", Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors()));

    /** Calls subscribers, who may block for a while. */
    private final AnswerThreads callers = new AnswerThreads("subscriber", MOST_CALLERS);

    /** @param contextLength most tokens of one sequence */
    AnswerDesk(Engine engine, ModelTokenizer prompts, int contextLength, Streaming limits) {
        this.engine = engine;
        this.prompts = prompts;
        this.tokenizer = prompts.tokenizer();
        this.sequences = new SequenceFactory(tokenizer, contextLength);
        this.formats = new ResponseFormats(tokenizer);
        this.limits = limits;
    }

    TokenStream stream(Prompt prompt, GenerationOptions options) {
        EncodedPrompt encoded = one(prompt, options);
        GrammarMatcher matcher = formats.matcher(options.responseFormat(), encoded.syntax());
        EncodedPrompt read = matcher == null ? encoded : encoded.withoutThoughts();
        Sequence sequence =
                sequences.of(read.ids(), options, 1, matcher != null).get(0);
        TokenStream stream = new TokenStream(tokenizer, read, options, limits, ending(sequence));
        engine.submit(new Request(sequence, stream.sink(), matcher));
        return stream;
    }

    Flow.Publisher<AnswerPiece> publisher(Prompt prompt, GenerationOptions options) {
        return publisher(prompt, options, callers);
    }

    /** Each subscriber starts an answer. */
    Flow.Publisher<AnswerPiece> publisher(Prompt prompt, GenerationOptions options, Executor executor) {
        EncodedPrompt encoded = one(prompt, options);
        // Refuses now what no subscriber could get.
        boolean guided = formats.matcher(options.responseFormat(), encoded.syntax()) != null;
        EncodedPrompt read = guided ? encoded.withoutThoughts() : encoded;
        sequences.of(read.ids(), options, 1, guided);
        return new AnswerPublisher(executor, subscription -> {
            Sequence sequence = sequences.of(read.ids(), options, 1, guided).get(0);
            Request request = new Request(
                    sequence,
                    subscription.connect(tokenizer, read, options, limits, ending(sequence)),
                    formats.matcher(options.responseFormat(), read.syntax()));
            return () -> engine.submit(request);
        });
    }

    private Consumer<FinishReason> ending(Sequence sequence) {
        return reason -> engine.end(sequence.id(), org.ascend4j.internal.schedule.FinishReason.valueOf(reason.name()));
    }

    private EncodedPrompt one(Prompt prompt, GenerationOptions options) {
        if (options.n() != 1) {
            throw new InvalidRequestException("n", "found " + options.n() + ", expected 1; ask generateAll for more");
        }
        return encode(prompt, 1);
    }

    /** A refusal comes before the work on the prompt. */
    private EncodedPrompt encode(Prompt prompt, int requests) {
        engine.requireRoom(requests);
        return prompts.encodeFor(prompt);
    }

    CompletableFuture<Completion> answer(Prompt prompt, GenerationOptions options) {
        return submit(one(prompt, options), options, 1).get(0);
    }

    /** As many answers as the options say, from one computation of the prompt. If one fails, so do all. */
    CompletableFuture<List<Completion>> answers(Prompt prompt, GenerationOptions options) {
        List<CompletableFuture<Completion>> parts = submit(encode(prompt, options.n()), options, options.n());
        CompletableFuture<List<Completion>> all = new CompletableFuture<>();
        // The first failure is the reason; those that follow from it are not.
        parts.forEach(part -> part.whenComplete((completion, failure) -> {
            if (failure != null && all.completeExceptionally(failure)) {
                parts.forEach(other -> other.cancel(false));
            }
        }));
        CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]))
                .thenRun(() ->
                        all.complete(parts.stream().map(CompletableFuture::join).toList()));
        all.whenComplete((completions, failure) -> {
            if (all.isCancelled()) {
                parts.forEach(part -> part.cancel(false));
            }
        });
        return all;
    }

    private List<CompletableFuture<Completion>> submit(EncodedPrompt prompt, GenerationOptions options, int count) {
        boolean guided = formats.matcher(options.responseFormat(), prompt.syntax()) != null;
        EncodedPrompt read = guided ? prompt.withoutThoughts() : prompt;
        List<Request> requests = new ArrayList<>(count);
        List<CompletableFuture<Completion>> futures = new ArrayList<>(count);
        for (Sequence sequence : sequences.of(read.ids(), options, count, guided)) {
            futures.add(request(sequence, read, options, requests));
        }
        engine.submit(requests);
        return futures;
    }

    /** Adds a request for one answer; cancelling its future ends it. */
    private CompletableFuture<Completion> request(
            Sequence sequence, EncodedPrompt prompt, GenerationOptions options, List<Request> requests) {
        Consumer<FinishReason> end = ending(sequence);
        PendingCompletion pending = new PendingCompletion(tokenizer, prompt, options, readers, end);
        requests.add(new Request(sequence, pending.sink(), formats.matcher(options.responseFormat(), prompt.syntax())));
        CompletableFuture<Completion> future = pending.future();
        future.whenComplete((completion, failure) -> {
            if (future.isCancelled()) {
                end.accept(FinishReason.CANCELLED);
            }
        });
        return future;
    }

    /**
     * How likely the model finds the end of some tokens, which are generated as they are: the prompt's log probabilities
     * and those of the answer together, for each token behind the first {@code known}.
     */
    CompletableFuture<Completion> score(int[] tokens, int known) {
        int last = tokens.length - 1;
        // The last token is generated, the only one allowed, so the sequence is no longer than what is scored.
        GenerationOptions options = GenerationOptions.defaults()
                .withMaxTokens(1)
                .withIgnoreEnd(true)
                .withAllowedTokens(List.of(tokens[last]))
                .withLogprobs(0)
                .withPromptLogprobs(0);
        EncodedPrompt prompt = EncodedPrompt.plain(Arrays.copyOf(tokens, last));
        engine.requireRoom(1);
        Sequence sequence = sequences.of(prompt.ids(), options, 1, false).get(0).scoredFrom(known - 1);
        List<Request> requests = new ArrayList<>(1);
        CompletableFuture<Completion> future = request(sequence, prompt, options, requests);
        engine.submit(requests);
        return future;
    }

    @Override
    public void close() {
        readers.close();
        callers.close();
    }
}
