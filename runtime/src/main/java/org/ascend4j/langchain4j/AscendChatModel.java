package org.ascend4j.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.spi.ServiceHelper;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.Completion;
import org.ascend4j.langchain4j.spi.AscendChatModelBuilderFactory;

/**
 * LangChain4j's chat model on this engine: requests of any number of threads share its steps. A tool choice that requires
 * a call, and a JSON schema, are kept to the letter, whatever the model.
 *
 * <pre>{@code
 * try (Llm llm = Llm.open(Path.of("model.gguf"))) {
 *     ChatModel model = AscendChatModel.builder().llm(llm).build();
 *     System.out.println(model.chat("What is the capital of France?"));
 * }
 * }</pre>
 *
 * <p>Failures come as LangChain4j's exceptions: a guard that refuses the stack and a broken model file as
 * {@code NonRetriableException}, a full queue as {@code RateLimitException}, a wrong value as
 * {@code InvalidRequestException}, a {@code timeout} as {@code TimeoutException}; each has this library's as its cause.
 */
public final class AscendChatModel extends EngineChatModel implements ChatModel {
    private AscendChatModel(ChatEngine engine) {
        super(engine);
    }

    public static Builder builder() {
        for (AscendChatModelBuilderFactory factory : ServiceHelper.loadFactories(AscendChatModelBuilderFactory.class)) {
            return factory.get();
        }
        return new Builder();
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return Failures.translated(() -> {
            ChatEngine.Question question = engine.question(request);
            return response(engine.llm().generate(question.prompt(), question.options()));
        });
    }

    /** Cancelling the future ends the request. */
    @Override
    public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
        CompletableFuture<Completion> answer = Failures.translated(() -> {
            ChatEngine.Question question = engine.question(request);
            return engine.llm().generateAsync(question.prompt(), question.options());
        });
        CompletableFuture<ChatResponse> response = new CompletableFuture<>();
        answer.whenComplete((whole, failure) -> {
            try {
                if (failure != null) {
                    throw failure;
                }
                response.complete(response(whole));
            } catch (Throwable e) {
                response.completeExceptionally(e instanceof RuntimeException ours ? Failures.translate(ours) : e);
            }
        });
        response.whenComplete((done, failure) -> {
            if (response.isCancelled()) {
                answer.cancel(false);
            }
        });
        return response;
    }

    private ChatResponse response(Completion answer) {
        return ResponseMapping.response(
                answer,
                engine.llm().modelName(),
                answer.toolCalls().stream().map(ResponseMapping::request).toList());
    }

    /** Builds a chat model. */
    public static class Builder extends ChatModelBuilder<Builder> {
        @Override
        Builder self() {
            return this;
        }

        /**
         * @throws dev.langchain4j.exception.UnsupportedFeatureException if the parameters ask for what there is not
         * @throws dev.langchain4j.exception.LangChain4jException if the model cannot be opened or a value is out of range
         */
        public AscendChatModel build() {
            return new AscendChatModel(engine());
        }
    }
}
