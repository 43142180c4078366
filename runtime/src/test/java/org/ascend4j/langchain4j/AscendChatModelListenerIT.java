package org.ascend4j.langchain4j;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;

/** LangChain4j's test kit for those who listen to chat; run by {@link TestKitTest}. */
class AscendChatModelListenerIT extends AbstractChatModelListenerIT {
    @Override
    protected ChatModel createModel(ChatModelListener listener) {
        return KitModel.listened(KitModel.chat(), listener).build();
    }

    @Override
    protected String modelName() {
        return KitModel.llm().modelName();
    }

    @Override
    protected ChatModel createFailingModel(ChatModelListener listener) {
        return KitModel.listened(AscendChatModel.builder().llm(KitModel.closed()), listener)
                .build();
    }

    @Override
    protected Class<? extends Exception> expectedExceptionClass() {
        return InternalServerException.class;
    }
}
