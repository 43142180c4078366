package org.ascend4j.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import java.util.Set;

/** What LangChain4j asks of a chat model whether it streams or not. */
abstract class EngineChatModel implements AutoCloseable {
    final ChatEngine engine;

    EngineChatModel(ChatEngine engine) {
        this.engine = engine;
    }

    /** What holds for requests that do not say otherwise. */
    public ChatRequestParameters defaultRequestParameters() {
        return engine.parameters();
    }

    /** Whom it tells of requests. */
    public List<ChatModelListener> listeners() {
        return engine.listeners();
    }

    /** It keeps answers to a JSON schema. */
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }

    /** Closes the model, if this opened it. */
    @Override
    public void close() {
        engine.close();
    }
}
