package org.ascend4j.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;

/** The real model that all of the test kit runs on: one engine for chat and one for embeddings. */
final class KitModel {
    static final String NO_OWN_CALL =
            "a model of 135 million parameters answers in words where it is free to; calls that it must make are in ChatModelsTest";
    static final String CALLS_AGAIN = "a model of 135 million parameters calls its tool again rather than answer";
    static final String WRONG_TOOL = "a model of 135 million parameters adds numbers for somebody who lives in Munich";
    static final String NO_RECALL = "a model of 135 million parameters does not recall what it was told two turns ago";
    static final String NO_GERMAN = "a model of 135 million parameters knows no German";

    private static Llm llm;
    private static Llm closed;
    private static Embedder embedder;

    private KitModel() {}

    static synchronized void open() {
        llm = Llm.open(
                SmolLm2.file(),
                TinyModels.options().contextLength(2048).maxSequences(8).build());
        closed = TinyModels.open("q8_0");
        closed.close();
        embedder = Embedder.open(
                SmolLm2.file(), TinyModels.options().contextLength(128).build());
    }

    static synchronized void close() {
        llm.close();
        embedder.close();
        llm = null;
        embedder = null;
    }

    static Llm llm() {
        return llm;
    }

    /** One that refuses every request. */
    static Llm closed() {
        return closed;
    }

    static Embedder embedder() {
        return embedder;
    }

    static AscendChatModel.Builder chat() {
        return AscendChatModel.builder().llm(llm);
    }

    static AscendStreamingChatModel.Builder streaming() {
        return AscendStreamingChatModel.builder().llm(llm);
    }

    /** The parameters that the kit's listener tests look for. */
    static <B extends ChatModelBuilder<B>> B listened(B builder, ChatModelListener listener) {
        return builder.temperature(0.7).topP(1.0).maxOutputTokens(7).listeners(List.of(listener));
    }
}
