package org.ascend4j.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.TinyModels;

/** LangChain4j's test kit for embeddings; run by {@link TestKitTest}. */
class AscendEmbeddingModelIT extends AbstractEmbeddingModelIT {
    private static AscendEmbeddingModel.Builder model() {
        return AscendEmbeddingModel.builder().embedder(KitModel.embedder());
    }

    @Override
    protected List<EmbeddingModel> models() {
        return List.of(model().build());
    }

    @Override
    protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
        return model().listeners(List.of(listener)).build();
    }

    @Override
    protected EmbeddingModel failingModelWith(EmbeddingModelListener listener) {
        Embedder closed =
                Embedder.open(TinyModels.path("q8_0"), TinyModels.options().build());
        closed.close();
        return AscendEmbeddingModel.builder()
                .embedder(closed)
                .listeners(List.of(listener))
                .build();
    }

    /** Models that embed questions and passages differently are told so by words in the text. */
    @Override
    protected boolean supportsInputTypeParameter() {
        return false;
    }

    @Override
    protected boolean supportsImageInput() {
        return false;
    }
}
