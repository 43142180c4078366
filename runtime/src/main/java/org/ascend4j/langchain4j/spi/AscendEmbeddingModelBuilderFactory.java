package org.ascend4j.langchain4j.spi;

import java.util.function.Supplier;
import org.ascend4j.langchain4j.AscendEmbeddingModel;

/** What {@link AscendEmbeddingModel#builder()} takes its builder from, if the class path has one. */
public interface AscendEmbeddingModelBuilderFactory extends Supplier<AscendEmbeddingModel.Builder> {}
