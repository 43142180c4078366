package org.ascend4j.internal.serve;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ascend4j.Embedder;
import org.ascend4j.Embedding;
import org.ascend4j.internal.openai.EmbeddingBody;
import org.ascend4j.internal.openai.EmbeddingJson;
import org.ascend4j.internal.openai.RequestJson;

/** Turns texts into vectors: {@code /v1/embeddings}. Thread-safe. */
final class Embeddings {
    static final String PATH = "/v1/embeddings";

    private final Embedder embedder;
    private final ServerOptions options;

    /** @param embedder null if the server has none */
    Embeddings(Embedder embedder, ServerOptions options) {
        this.embedder = embedder;
        this.options = options;
    }

    void answer(Exchange exchange, byte[] content) throws IOException, ApiError {
        if (embedder == null) {
            throw ApiError.request(
                    404,
                    "no_embedding_model",
                    null,
                    "the server has no embedding model; start it with --embedding-model");
        }
        EmbeddingBody body = EmbeddingBody.read(RequestJson.object(content, "body"));
        Generation.requireModel(body.model(), options.embeddingModel());
        CompletableFuture<List<Embedding>> vectors = embedder.embedAsync(body.texts(), body.options());
        exchange.onGone(() -> vectors.cancel(false));
        try {
            List<Embedding> embeddings = options.timeout().isZero()
                    ? vectors.get()
                    : vectors.get(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
            exchange.counts(embeddings.stream().mapToLong(Embedding::tokens).sum(), 0);
            exchange.send(
                    200, "application/json", EmbeddingJson.bytes(embeddings, options.embeddingModel(), body.base64()));
        } catch (CancellationException gone) {
            // Nobody is left to be told.
        } catch (ExecutionException failed) {
            throw ApiError.of(failed);
        } catch (TimeoutException late) {
            throw ApiError.timeout();
        } catch (InterruptedException ended) {
            throw ApiError.draining();
        } finally {
            vectors.cancel(false);
        }
    }
}
