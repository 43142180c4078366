package org.ascend4j.spring;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.error.InvalidRequestException;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * Spring AI's chat model on an open model of this library. A stream takes pieces as its subscriber asks for them, and a
 * cancelled one frees the engine within a step. Calls of tools are given to the caller, as Spring AI 2 has it: its
 * {@code ChatClient} runs them. Failures are this library's own exceptions. Thread-safe; the {@link Llm} stays the
 * caller's to close.
 */
public final class AscendChatModel implements ChatModel {
    /** The provider's name in observations and in {@code spring.ai.model.chat}. */
    public static final String PROVIDER = "ascend4j";

    private static final ChatModelObservationConvention CONVENTION = new DefaultChatModelObservationConvention();

    private final Llm llm;
    private final AscendChatOptions defaults;
    private final ObservationRegistry observations;

    /** A model whose answers are greedy where a prompt does not say otherwise. */
    public AscendChatModel(Llm llm) {
        this(llm, AscendChatOptions.builder().build(), ObservationRegistry.NOOP);
    }

    /**
     * @param defaults options of prompts that have none of their own, and what {@code ChatClient} starts from
     * @param observations who watches requests
     */
    public AscendChatModel(Llm llm, AscendChatOptions defaults, ObservationRegistry observations) {
        this.llm = llm;
        this.defaults = defaults.mutate().model(llm.modelName()).build();
        this.observations = observations;
        // What is wrong with them shows now rather than with the first request.
        PromptMapping.options(this.defaults);
    }

    @Override
    public AscendChatOptions getOptions() {
        return defaults;
    }

    /** A question in this library's terms. */
    private record Question(org.ascend4j.Prompt prompt, GenerationOptions options) {}

    private Question question(Prompt prompt) {
        ChatOptions options = prompt.getOptions();
        String name = options == null ? null : options.getModel();
        if (name != null && !name.isBlank() && !name.equals(llm.modelName())) {
            throw new InvalidRequestException(
                    "model",
                    "found '" + name + "', expected none or that of the open model, '" + llm.modelName() + "'");
        }
        return new Question(PromptMapping.prompt(prompt.getInstructions(), options), PromptMapping.options(options));
    }

    private Prompt complete(Prompt prompt) {
        return prompt.getOptions() != null
                ? prompt
                : prompt.mutate().chatOptions(defaults).build();
    }

    private Observation observation(ChatModelObservationContext context) {
        return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(
                CONVENTION, CONVENTION, () -> context, observations);
    }

    private static ChatModelObservationContext context(Prompt prompt, boolean streaming) {
        return ChatModelObservationContext.builder()
                .prompt(prompt)
                .provider(PROVIDER)
                .streaming(streaming)
                .build();
    }

    @Override
    public ChatResponse call(Prompt asked) {
        Prompt prompt = complete(asked);
        ChatModelObservationContext context = context(prompt, false);
        return observation(context).observe(() -> {
            Question question = question(prompt);
            Completion answer = llm.generate(question.prompt(), question.options());
            ChatResponse response = Responses.whole(answer, llm.modelName());
            context.setResponse(response);
            return response;
        });
    }

    @Override
    public Flux<ChatResponse> stream(Prompt asked) {
        Prompt prompt = complete(asked);
        return Flux.deferContextual(view -> {
            ChatModelObservationContext context = context(prompt, true);
            Observation observation = observation(context);
            observation.parentObservation(view.getOrDefault(ObservationThreadLocalAccessor.KEY, null));
            observation.start();
            Flux<ChatResponse> pieces = Flux.defer(() -> pieces(prompt))
                    .doOnError(observation::error)
                    .doFinally(signal -> observation.stop())
                    .contextWrite(inner -> inner.put(ObservationThreadLocalAccessor.KEY, observation));
            return new MessageAggregator().aggregate(pieces, context::setResponse);
        });
    }

    private Flux<ChatResponse> pieces(Prompt prompt) {
        Question question = question(prompt);
        Responses responses = new Responses(llm.modelName(), llm.encode(question.prompt()).length);
        return JdkFlowAdapter.flowPublisherToFlux(llm.publish(question.prompt(), question.options()))
                .map(responses::piece);
    }
}
