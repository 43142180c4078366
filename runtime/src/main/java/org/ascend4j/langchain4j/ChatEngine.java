package org.ascend4j.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.nio.file.Path;
import java.util.List;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a chat model and its streaming sister have in common.
 *
 * @param llm the model
 * @param owned whether it is closed with this
 * @param parameters what holds for requests that do not say otherwise
 * @param listeners whom to tell of requests
 */
record ChatEngine(Llm llm, boolean owned, AscendChatRequestParameters parameters, List<ChatModelListener> listeners)
        implements AutoCloseable {
    /** A request in this library's terms. */
    record Question(Prompt prompt, GenerationOptions options) {}

    static ChatEngine open(
            Llm llm,
            Path path,
            LlmOptions options,
            AscendChatRequestParameters parameters,
            List<ChatModelListener> listeners) {
        if ((llm == null) == (path == null)) {
            throw new IllegalArgumentException(
                    "found " + (llm == null ? "neither" : "both") + " llm and modelPath, expected one of them");
        }
        // What is wrong with the parameters shows before a model is loaded for them.
        check(parameters);
        Llm opened = llm != null ? llm : Failures.translated(() -> open(path, options));
        try {
            checkName(opened, parameters);
            AscendChatRequestParameters named = AscendChatRequestParameters.builder()
                    .overrideWith(parameters)
                    .modelName(opened.modelName())
                    .build();
            return new ChatEngine(opened, llm == null, named, listeners);
        } catch (RuntimeException e) {
            if (llm == null) {
                opened.close();
            }
            throw e;
        }
    }

    private static Llm open(Path path, LlmOptions options) {
        return Llm.open(path, options == null ? LlmOptions.defaults() : options);
    }

    private static void check(ChatRequestParameters parameters) {
        Failures.translated(() -> RequestMapping.options(parameters));
    }

    private static void checkName(Llm llm, ChatRequestParameters parameters) {
        String name = parameters.modelName();
        if (name != null && !name.equals(llm.modelName())) {
            throw new UnsupportedFeatureException("'modelName' parameter: this model is " + llm.modelName()
                    + ", another name ('" + name + "') is not supported");
        }
    }

    /**
     * A request in this library's terms.
     *
     * @throws UnsupportedFeatureException if it asks for what there is not
     * @throws InvalidRequestException if a value is out of its range
     */
    Question question(ChatRequest request) {
        checkName(llm, request.parameters());
        List<ChatMessage> messages = request.messages();
        return new Question(
                RequestMapping.prompt(messages, request.parameters()), RequestMapping.options(request.parameters()));
    }

    @Override
    public void close() {
        if (owned) {
            llm.close();
        }
    }
}
