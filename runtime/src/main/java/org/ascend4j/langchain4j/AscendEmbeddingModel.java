package org.ascend4j.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.spi.ServiceHelper;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.ascend4j.Embedder;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.LlmOptions;
import org.ascend4j.langchain4j.spi.AscendEmbeddingModelBuilderFactory;

/** LangChain4j's embedding model on this engine. Of the parameters of a request it takes {@code dimensions}. */
public final class AscendEmbeddingModel implements EmbeddingModel, AutoCloseable {
    private final Embedder embedder;
    private final boolean owned;
    private final EmbeddingOptions options;
    private final List<EmbeddingModelListener> listeners;

    private AscendEmbeddingModel(Builder builder, Embedder embedder) {
        this.embedder = embedder;
        this.owned = builder.embedder == null;
        this.options = builder.options;
        this.listeners = List.copyOf(builder.listeners);
    }

    public static Builder builder() {
        for (AscendEmbeddingModelBuilderFactory factory :
                ServiceHelper.loadFactories(AscendEmbeddingModelBuilderFactory.class)) {
            return factory.get();
        }
        return new Builder();
    }

    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        List<String> texts = request.inputs().stream().map(EmbeddingInput::text).toList();
        Integer dimensions = request.parameters().dimensions();
        EmbeddingOptions wanted = dimensions == null ? options : options.withDimensions(dimensions);
        List<org.ascend4j.Embedding> found = Failures.translated(() -> embedder.embedAll(texts, wanted));
        int tokens = found.stream().mapToInt(org.ascend4j.Embedding::tokens).sum();
        return EmbeddingResponse.builder()
                .embeddings(found.stream()
                        .map(embedding -> Embedding.from(embedding.values()))
                        .toList())
                .metadata(EmbeddingResponseMetadata.builder()
                        .modelName(modelName())
                        .tokenUsage(new TokenUsage(tokens, 0))
                        .build())
                .build();
    }

    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return Set.of(EmbeddingRequestParameters.DIMENSIONS);
    }

    @Override
    public List<EmbeddingModelListener> listeners() {
        return listeners;
    }

    @Override
    public int dimension() {
        return options.dimensions() == null ? embedder.dimensions() : options.dimensions();
    }

    @Override
    public String modelName() {
        return embedder.modelName();
    }

    /** Closes the model, if this opened it. */
    @Override
    public void close() {
        if (owned) {
            embedder.close();
        }
    }

    /** Builds an embedding model. */
    public static class Builder {
        private Embedder embedder;
        private Path path;
        private LlmOptions modelOptions;
        private EmbeddingOptions options = EmbeddingOptions.defaults();
        private List<EmbeddingModelListener> listeners = List.of();

        /** A model that is open; closing it is left to the caller. */
        public Builder embedder(Embedder value) {
            embedder = value;
            return this;
        }

        /** A model to be opened, which is closed with what is built. */
        public Builder modelPath(Path value) {
            path = value;
            return this;
        }

        /** How the model of {@link #modelPath} is opened; {@link LlmOptions#defaults()} if not set. */
        public Builder modelOptions(LlmOptions value) {
            modelOptions = value;
            return this;
        }

        /** How texts are embedded; as the model's makers would have it if not set. */
        public Builder embeddingOptions(EmbeddingOptions value) {
            options = value;
            return this;
        }

        public Builder listeners(List<EmbeddingModelListener> value) {
            listeners = value;
            return this;
        }

        /** @throws dev.langchain4j.exception.LangChain4jException if the model cannot be opened */
        public AscendEmbeddingModel build() {
            if ((embedder == null) == (path == null)) {
                throw new IllegalArgumentException("found " + (embedder == null ? "neither" : "both")
                        + " embedder and modelPath, expected one of them");
            }
            Embedder opened = embedder != null ? embedder : Failures.translated(this::open);
            return new AscendEmbeddingModel(this, opened);
        }

        private Embedder open() {
            return Embedder.open(path, modelOptions == null ? LlmOptions.defaults() : modelOptions);
        }
    }
}
