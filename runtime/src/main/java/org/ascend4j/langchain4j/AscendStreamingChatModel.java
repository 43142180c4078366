package org.ascend4j.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.spi.ServiceHelper;
import org.ascend4j.TokenStream;
import org.ascend4j.error.AscendException;
import org.ascend4j.langchain4j.spi.AscendStreamingChatModelBuilderFactory;

/**
 * LangChain4j's streaming chat model on this engine. A handler is called on one thread of this library, from the first
 * piece to the last, and may block it: nobody else waits. Cancelling by the {@code StreamingHandle} that comes with each
 * piece frees the engine within a step, and no call follows it. Calls of tools come whole.
 *
 * @see AscendChatModel
 */
public final class AscendStreamingChatModel extends EngineChatModel implements StreamingChatModel {
    private AscendStreamingChatModel(ChatEngine engine) {
        super(engine);
    }

    public static Builder builder() {
        for (AscendStreamingChatModelBuilderFactory factory :
                ServiceHelper.loadFactories(AscendStreamingChatModelBuilderFactory.class)) {
            return factory.get();
        }
        return new Builder();
    }

    /** Only what asks for a feature that there is not fails here; all else is told to the handler. */
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        String name = engine.llm().modelName();
        try {
            ChatEngine.Question question = engine.question(request);
            TokenStream stream = engine.llm().stream(question.prompt(), question.options());
            StreamThreads.run(() -> new StreamedAnswer(stream, name, handler).read());
        } catch (AscendException e) {
            StreamThreads.run(() -> StreamedAnswer.fail(handler, e));
        }
    }

    /** Builds a streaming chat model. */
    public static class Builder extends ChatModelBuilder<Builder> {
        @Override
        Builder self() {
            return this;
        }

        /** As {@link AscendChatModel.Builder#build()}. */
        public AscendStreamingChatModel build() {
            return new AscendStreamingChatModel(engine());
        }
    }
}
