package org.ascend4j.langchain4j;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;

/** LangChain4j's test kit for those who listen to chat that streams; run by {@link TestKitTest}. */
class AscendStreamingChatModelListenerIT extends AbstractStreamingChatModelListenerIT {
    @Override
    protected StreamingChatModel createModel(ChatModelListener listener) {
        return KitModel.listened(KitModel.streaming(), listener).build();
    }

    @Override
    protected String modelName() {
        return KitModel.llm().modelName();
    }

    @Override
    protected StreamingChatModel createFailingModel(ChatModelListener listener) {
        return KitModel.listened(AscendStreamingChatModel.builder().llm(KitModel.closed()), listener)
                .build();
    }

    @Override
    protected Class<? extends Exception> expectedExceptionClass() {
        return InternalServerException.class;
    }
}
