package org.ascend4j.langchain4j.spi;

import java.util.function.Supplier;
import org.ascend4j.langchain4j.AscendStreamingChatModel;

/** What {@link AscendStreamingChatModel#builder()} takes its builder from, if the class path has one. */
public interface AscendStreamingChatModelBuilderFactory extends Supplier<AscendStreamingChatModel.Builder> {}
