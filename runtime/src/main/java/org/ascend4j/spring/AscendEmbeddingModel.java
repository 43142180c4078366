package org.ascend4j.spring;

import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.EmbeddingOptions;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationDocumentation;

/** Spring AI's embedding model on an open model of this library. Thread-safe; the {@link Embedder} stays the caller's to close. */
public final class AscendEmbeddingModel implements EmbeddingModel {
    private static final EmbeddingModelObservationConvention CONVENTION =
            new DefaultEmbeddingModelObservationConvention();

    private final Embedder embedder;
    private final EmbeddingOptions defaults;
    private final ObservationRegistry observations;

    /** Texts are embedded as the model's makers would have it. */
    public AscendEmbeddingModel(Embedder embedder) {
        this(embedder, EmbeddingOptions.defaults(), ObservationRegistry.NOOP);
    }

    /**
     * @param defaults how texts are embedded; a request may ask for fewer dimensions
     * @param observations who watches requests
     */
    public AscendEmbeddingModel(Embedder embedder, EmbeddingOptions defaults, ObservationRegistry observations) {
        this.embedder = embedder;
        this.defaults = defaults;
        this.observations = observations;
    }

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        EmbeddingModelObservationContext context = EmbeddingModelObservationContext.builder()
                .embeddingRequest(named(request))
                .provider(AscendChatModel.PROVIDER)
                .build();
        return EmbeddingModelObservationDocumentation.EMBEDDING_MODEL_OPERATION
                .observation(CONVENTION, CONVENTION, () -> context, observations)
                .observe(() -> {
                    EmbeddingResponse response = response(request);
                    context.setResponse(response);
                    return response;
                });
    }

    /** The request as observers see it: they want a model's name. */
    private EmbeddingRequest named(EmbeddingRequest request) {
        return new EmbeddingRequest(
                request.getInstructions(),
                org.springframework.ai.embedding.EmbeddingOptions.builder()
                        .model(embedder.modelName())
                        .dimensions(dimensions(request))
                        .build());
    }

    private Integer dimensions(EmbeddingRequest request) {
        return request.getOptions() != null && request.getOptions().getDimensions() != null
                ? request.getOptions().getDimensions()
                : defaults.dimensions();
    }

    private EmbeddingResponse response(EmbeddingRequest request) {
        List<org.ascend4j.Embedding> found =
                embedder.embedAll(request.getInstructions(), defaults.withDimensions(dimensions(request)));
        List<Embedding> embeddings = new ArrayList<>(found.size());
        int tokens = 0;
        for (org.ascend4j.Embedding embedding : found) {
            embeddings.add(new Embedding(embedding.values(), embeddings.size()));
            tokens += embedding.tokens();
        }
        return new EmbeddingResponse(
                embeddings, new EmbeddingResponseMetadata(embedder.modelName(), new DefaultUsage(tokens, 0)));
    }

    @Override
    public float[] embed(Document document) {
        return embed(getEmbeddingContent(document));
    }

    /** Of a document its text, as the vector store's other side has it. */
    @Override
    public String getEmbeddingContent(Document document) {
        String text = document.getText();
        if (text == null) {
            throw new org.ascend4j.error.InvalidRequestException(
                    "document", "found a document without text, expected text: this model reads nothing else");
        }
        return text;
    }

    @Override
    public int dimensions() {
        return defaults.dimensions() == null ? embedder.dimensions() : defaults.dimensions();
    }
}
