package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import org.ascend4j.Completion;
import org.ascend4j.ContinuationScore;
import org.ascend4j.DeviceInfo;
import org.ascend4j.Embedder;
import org.ascend4j.FinishReason;
import org.ascend4j.GenerationOptions;
import org.ascend4j.LlmOptions;
import org.ascend4j.LoadProgress;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.Reranker;
import org.ascend4j.TokenLogprob;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.Verdict;
import org.ascend4j.internal.serve.ServerOptions;

/** Answers every prompt with its own last words, and remembers what it was asked for. */
final class FakeBackend implements Backend {
    static final DeviceInfo DEVICE = new DeviceInfo("host", "chip", "/lib/libascendcl.so", "9.9");

    final List<Prompt> prompts = Collections.synchronizedList(new ArrayList<>());
    LlmOptions options;
    GenerationOptions generation;
    int context = 100;
    final List<String> scored = new ArrayList<>();
    IntToDoubleFunction logarithm = id -> 0;
    int closed;

    /** Thrown when a model is opened, if set. */
    Throwable openFailure;

    /** Thrown after the first piece of an answer, if set. */
    RuntimeException answerFailure;

    /** What becomes of an answer that nobody waits for; by default all at once. */
    BiFunction<Prompt, GenerationOptions, CompletableFuture<Completion>> answers =
            (prompt, chosen) -> CompletableFuture.completedFuture(answer(prompt));

    @Override
    public Session open(Path model, LlmOptions chosen, LoadProgress progress) {
        options = chosen;
        progress.loaded(1, 2);
        raise(openFailure);
        return new FakeSession();
    }

    private static void raise(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    @Override
    public Embedder embedder(Path model, LlmOptions chosen, LoadProgress progress) {
        options = chosen;
        raise(openFailure);
        return Embedder.open(model, chosen, progress);
    }

    @Override
    public Reranker reranker(Path model, LlmOptions chosen) {
        options = chosen;
        raise(openFailure);
        return Reranker.open(model, chosen);
    }

    @Override
    public TextEncoder encoder(Path model) {
        raise(openFailure);
        return (text, special) -> special ? new int[] {1} : text.chars().toArray();
    }

    @Override
    public DeviceTrial tryDevice(LlmOptions chosen) {
        options = chosen;
        raise(openFailure);
        return new DeviceTrial(DEVICE, 3_000_000_000L, 4_000_000_000L, 2, 4096, 1e-7);
    }

    @Override
    public Verdict check(GuardMode mode) {
        return CompatibilityGuard.builder()
                .root(Path.of("/proc/self/task"))
                .build()
                .check();
    }

    static Completion answer(Prompt prompt) {
        return new Completion(
                "<" + words(prompt) + ">", new int[] {5, 6, 2}, new int[] {1, 4}, FinishReason.STOP, 12_345_678, 20.5);
    }

    private static String words(Prompt prompt) {
        if (prompt instanceof Prompt.Raw raw) {
            return raw.text();
        }
        if (prompt instanceof Prompt.Tokens tokens) {
            return Arrays.toString(tokens.ids());
        }
        List<Message> messages = ((Prompt.Chat) prompt).messages();
        return messages.get(messages.size() - 1).content();
    }

    private final class FakeSession implements Session {
        @Override
        public Completion stream(Prompt prompt, GenerationOptions chosen, Consumer<String> text) {
            prompts.add(prompt);
            generation = chosen;
            Completion answer = answer(prompt);
            text.accept("<");
            raise(answerFailure);
            text.accept(answer.text().substring(1));
            return answer;
        }

        @Override
        public CompletableFuture<List<Completion>> generateAll(Prompt prompt, GenerationOptions chosen) {
            prompts.add(prompt);
            generation = chosen;
            List<CompletableFuture<Completion>> parts = new ArrayList<>();
            for (int i = 0; i < chosen.n(); i++) {
                GenerationOptions one = chosen.withN(1);
                parts.add(answers.apply(prompt, one.seed() == null ? one : one.withSeed(one.seed() + i)));
            }
            return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]))
                    .thenApply(
                            done -> parts.stream().map(CompletableFuture::join).toList());
        }

        @Override
        public Serving serve(ServerOptions options, Path embeddingModel, LlmOptions embeddingOptions) {
            throw new UnsupportedOperationException("a parrot does not serve");
        }

        @Override
        public int[] encode(Prompt prompt) {
            return words(prompt).codePoints().toArray();
        }

        @Override
        public byte[] tokenBytes(int token) {
            return new byte[] {(byte) token};
        }

        @Override
        public double[] score(int[] ids) {
            scored.add(new String(ids, 0, ids.length));
            return Arrays.stream(ids)
                    .skip(1)
                    .mapToDouble(logarithm::applyAsDouble)
                    .toArray();
        }

        @Override
        public List<ContinuationScore> scoreContinuations(Prompt prompt, List<String> continuations) {
            prompts.add(prompt);
            return continuations.stream()
                    .map(text -> new ContinuationScore(
                            -text.length(), List.of(new TokenLogprob(1, -text.length(), text.length(), Map.of()))))
                    .toList();
        }

        @Override
        public int contextLength() {
            return context;
        }

        @Override
        public String modelName() {
            return "parrot";
        }

        @Override
        public DeviceInfo device() {
            return DEVICE;
        }

        @Override
        public Verdict compatibility() {
            return check(GuardMode.ENFORCE);
        }

        @Override
        public long loadNanos() {
            return 7_000_000;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
