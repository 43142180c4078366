package org.ascend4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.ascend4j.error.InvalidRequestException;

/**
 * Scores continuations of one context. The first runs by itself and leaves the context in the prefix cache; the others,
 * all at once, find it there.
 */
final class ContinuationScoring {
    private final AnswerDesk desk;
    private final ModelTokenizer tokenizer;
    private final int contextLength;
    private final List<CompletableFuture<Completion>> parts = new ArrayList<>();
    private final CompletableFuture<List<ContinuationScore>> result = new CompletableFuture<>();

    ContinuationScoring(AnswerDesk desk, ModelTokenizer tokenizer, int contextLength) {
        this.desk = desk;
        this.tokenizer = tokenizer;
        this.contextLength = contextLength;
    }

    CompletableFuture<List<ContinuationScore>> start(Prompt context, List<String> continuations) {
        int[] known = tokenizer.encode(context);
        List<int[]> sequences = new ArrayList<>(continuations.size());
        for (int i = 0; i < continuations.size(); i++) {
            sequences.add(joined(known, tokenizer.encode(continuations.get(i), false), i));
        }
        if (sequences.isEmpty()) {
            result.complete(List.of());
            return result;
        }
        result.whenComplete((scores, failure) -> cancelAll());
        CompletableFuture<Completion> first = submit(sequences.get(0), known.length);
        first.whenComplete((completion, failure) -> {
            if (failure != null) {
                fail(failure);
            } else {
                submitRest(sequences, known.length);
            }
        });
        return result;
    }

    private int[] joined(int[] known, int[] continuation, int index) {
        String field = "continuations[" + index + "]";
        if (continuation.length == 0) {
            throw new InvalidRequestException(field, "found no token, expected at least one");
        }
        if (known.length + (long) continuation.length > contextLength) {
            throw new InvalidRequestException(
                    field,
                    "found " + continuation.length + " tokens behind a context of " + known.length
                            + ", expected at most " + contextLength + " together");
        }
        int[] tokens = Arrays.copyOf(known, known.length + continuation.length);
        System.arraycopy(continuation, 0, tokens, known.length, continuation.length);
        return tokens;
    }

    private CompletableFuture<Completion> submit(int[] tokens, int known) {
        CompletableFuture<Completion> part = desk.score(tokens, known);
        synchronized (parts) {
            parts.add(part);
        }
        return part;
    }

    private void submitRest(List<int[]> sequences, int known) {
        try {
            for (int[] tokens : sequences.subList(1, sequences.size())) {
                if (result.isDone()) {
                    return;
                }
                submit(tokens, known).whenComplete((completion, failure) -> {
                    if (failure != null) {
                        fail(failure);
                    }
                });
            }
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (result.isDone()) {
            cancelAll(); // it ended while they were submitted
            return;
        }
        List<CompletableFuture<Completion>> all = copy();
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                .thenRun(() -> result.complete(all.stream()
                        .map(CompletableFuture::join)
                        .map(ContinuationScoring::score)
                        .toList()));
    }

    private static ContinuationScore score(Completion completion) {
        List<TokenLogprob> tokens = Stream.concat(completion.promptLogprobs().stream(), completion.logprobs().stream())
                .toList();
        double sum = 0;
        for (TokenLogprob token : tokens) {
            sum += token.logprob();
        }
        return new ContinuationScore(sum, tokens);
    }

    private List<CompletableFuture<Completion>> copy() {
        synchronized (parts) {
            return List.copyOf(parts);
        }
    }

    private void fail(Throwable failure) {
        result.completeExceptionally(
                failure instanceof CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failure);
    }

    private void cancelAll() {
        copy().forEach(part -> part.cancel(false));
    }
}
