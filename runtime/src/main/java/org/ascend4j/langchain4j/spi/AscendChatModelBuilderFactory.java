package org.ascend4j.langchain4j.spi;

import java.util.function.Supplier;
import org.ascend4j.langchain4j.AscendChatModel;

/** What {@link AscendChatModel#builder()} takes its builder from, if the class path has one. */
public interface AscendChatModelBuilderFactory extends Supplier<AscendChatModel.Builder> {}
