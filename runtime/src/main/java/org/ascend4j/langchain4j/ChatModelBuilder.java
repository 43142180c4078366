package org.ascend4j.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;

/**
 * What both chat models are built of: a model, and parameters that hold for every request that does not say otherwise.
 * Without any, answers are greedy and end where the model ends them.
 *
 * @param <B> the builder itself
 */
public abstract class ChatModelBuilder<B extends ChatModelBuilder<B>> {
    private final AscendChatRequestParameters.Builder parameters = AscendChatRequestParameters.builder();
    private ChatRequestParameters defaults =
            AscendChatRequestParameters.builder().build();
    private List<ChatModelListener> listeners = List.of();
    private Llm llm;
    private Path path;
    private LlmOptions options;

    ChatModelBuilder() {}

    abstract B self();

    /** A model that is open; closing it is left to the caller. */
    public B llm(Llm value) {
        llm = value;
        return self();
    }

    /** A model to be opened, which is closed with what is built. */
    public B modelPath(Path value) {
        path = value;
        return self();
    }

    /** How the model of {@link #modelPath} is opened; {@link LlmOptions#defaults()} if not set. */
    public B modelOptions(LlmOptions value) {
        options = value;
        return self();
    }

    /** Parameters of every request, {@link AscendChatRequestParameters} or others; the methods beside this one win. */
    public B defaultRequestParameters(ChatRequestParameters value) {
        defaults = value;
        return self();
    }

    public B temperature(Double value) {
        parameters.temperature(value);
        return self();
    }

    public B topP(Double value) {
        parameters.topP(value);
        return self();
    }

    public B topK(Integer value) {
        parameters.topK(value);
        return self();
    }

    /** @see AscendChatRequestParameters#minP() */
    public B minP(Double value) {
        parameters.minP(value);
        return self();
    }

    /** @see AscendChatRequestParameters#adapter() */
    public B adapter(String value) {
        parameters.adapter(value);
        return self();
    }

    public B frequencyPenalty(Double value) {
        parameters.frequencyPenalty(value);
        return self();
    }

    public B presencePenalty(Double value) {
        parameters.presencePenalty(value);
        return self();
    }

    /** @see AscendChatRequestParameters#repetitionPenalty() */
    public B repetitionPenalty(Double value) {
        parameters.repetitionPenalty(value);
        return self();
    }

    public B maxOutputTokens(Integer value) {
        parameters.maxOutputTokens(value);
        return self();
    }

    public B stopSequences(List<String> value) {
        parameters.stopSequences(value);
        return self();
    }

    public B responseFormat(ResponseFormat value) {
        parameters.responseFormat(value);
        return self();
    }

    /** @see AscendChatRequestParameters#seed() */
    public B seed(Long value) {
        parameters.seed(value);
        return self();
    }

    /** @see AscendChatRequestParameters#timeout() */
    public B timeout(Duration value) {
        parameters.timeout(value);
        return self();
    }

    /** @see AscendChatRequestParameters#thinking() */
    public B thinking(Boolean value) {
        parameters.thinking(value);
        return self();
    }

    /** @see AscendChatRequestParameters#parallelToolCalls() */
    public B parallelToolCalls(Boolean value) {
        parameters.parallelToolCalls(value);
        return self();
    }

    public B listeners(List<ChatModelListener> value) {
        listeners = value;
        return self();
    }

    ChatEngine engine() {
        AscendChatRequestParameters own = AscendChatRequestParameters.builder()
                .overrideWith(defaults)
                .overrideWith(parameters.build())
                .build();
        return ChatEngine.open(llm, path, options, own, listeners == null ? List.of() : List.copyOf(listeners));
    }
}
