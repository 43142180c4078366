package org.ascend4j.langchain4j.spi;

import java.util.function.Supplier;
import org.ascend4j.langchain4j.AscendTokenCountEstimator;

/** What {@link AscendTokenCountEstimator#builder()} takes its builder from, if the class path has one. */
public interface AscendTokenCountEstimatorBuilderFactory extends Supplier<AscendTokenCountEstimator.Builder> {}
