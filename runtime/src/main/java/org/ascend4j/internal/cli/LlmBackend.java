package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.ascend4j.Completion;
import org.ascend4j.ContinuationScore;
import org.ascend4j.DeviceChoice;
import org.ascend4j.DeviceInfo;
import org.ascend4j.Embedder;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.LoadProgress;
import org.ascend4j.ModelTokenizer;
import org.ascend4j.Prompt;
import org.ascend4j.Reranker;
import org.ascend4j.TokenStream;
import org.ascend4j.compat.CompatibilityGuard;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.Verdict;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.device.StackCheck;
import org.ascend4j.internal.serve.ApiServer;
import org.ascend4j.internal.serve.ServerOptions;

/** The library itself. */
final class LlmBackend implements Backend {
    @Override
    public Session open(Path model, LlmOptions options, LoadProgress progress) {
        return new LlmSession(Llm.open(model, options, progress));
    }

    @Override
    public Embedder embedder(Path model, LlmOptions options, LoadProgress progress) {
        return Embedder.open(model, options, progress);
    }

    @Override
    public Reranker reranker(Path model, LlmOptions options) {
        return Reranker.open(model, options);
    }

    @Override
    public TextEncoder encoder(Path model) {
        return ModelTokenizer.open(model)::encode;
    }

    @Override
    public DeviceTrial tryDevice(LlmOptions options) {
        DeviceChoice choice = options.device();
        StackCheck.Wish wish = StackCheck.Wish.valueOf(choice.kind().name());
        StackCheck.Result stack = StackCheck.run(wish, choice.index(), options.guard());
        try (DeviceSession session = DeviceSession.open(stack.device(), options.threads(), options.stepTimeout())) {
            return DeviceTrial.run(session);
        }
    }

    @Override
    public Verdict check(GuardMode mode) {
        return CompatibilityGuard.builder().mode(mode).build().check();
    }

    private record LlmSession(Llm llm) implements Session {
        @Override
        public Completion stream(Prompt prompt, GenerationOptions options, Consumer<String> text) {
            try (TokenStream stream = llm.stream(prompt, options)) {
                while (stream.hasNext()) {
                    text.accept(stream.next().text());
                }
                return stream.completion();
            }
        }

        @Override
        public CompletableFuture<List<Completion>> generateAll(Prompt prompt, GenerationOptions options) {
            return llm.generateAllAsync(prompt, options);
        }

        @Override
        public Serving serve(ServerOptions options, Path embeddingModel, LlmOptions embeddingOptions) {
            Embedder embedder = embeddingModel == null ? null : Embedder.open(embeddingModel, embeddingOptions);
            try {
                return new HttpServing(ApiServer.start(llm, embedder, options), embedder);
            } catch (RuntimeException failed) {
                if (embedder != null) {
                    embedder.close();
                }
                throw failed;
            }
        }

        @Override
        public int[] encode(Prompt prompt) {
            return llm.encode(prompt);
        }

        @Override
        public byte[] tokenBytes(int token) {
            return llm.tokenBytes(token);
        }

        @Override
        public double[] score(int[] ids) {
            return llm.score(ids);
        }

        @Override
        public List<ContinuationScore> scoreContinuations(Prompt prompt, List<String> continuations) {
            return llm.scoreContinuations(prompt, continuations);
        }

        @Override
        public int contextLength() {
            return llm.contextLength();
        }

        @Override
        public String modelName() {
            return llm.modelName();
        }

        @Override
        public DeviceInfo device() {
            return llm.device();
        }

        @Override
        public Verdict compatibility() {
            return llm.compatibility();
        }

        @Override
        public long loadNanos() {
            return llm.loadNanos();
        }

        @Override
        public void close() {
            llm.close();
        }
    }

    /** @param embedder null if there is none */
    private record HttpServing(ApiServer server, Embedder embedder) implements Serving {
        @Override
        public int port() {
            return server.port();
        }

        @Override
        public boolean drain(Duration patience) {
            try {
                return server.drain(patience);
            } finally {
                if (embedder != null) {
                    embedder.close();
                }
            }
        }
    }
}
