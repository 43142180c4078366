package org.ascend4j.spring;

import java.time.Duration;
import java.util.Objects;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/** Spring AI's options of a request, and those that only this engine has. What is null is as the model's defaults say. */
public final class AscendChatOptions extends DefaultToolCallingChatOptions implements StructuredOutputChatOptions {
    private final Long seed;
    private final Double minP;
    private final String adapter;
    private final Double repetitionPenalty;
    private final Integer priority;
    private final Duration timeout;
    private final Boolean thinking;
    private final String toolChoice;
    private final String outputSchema;

    private AscendChatOptions(ToolCallingChatOptions common, Builder builder) {
        super(
                common.getToolCallbacks(),
                common.getToolContext(),
                common.getModel(),
                common.getFrequencyPenalty(),
                common.getMaxTokens(),
                common.getPresencePenalty(),
                common.getStopSequences(),
                common.getTemperature(),
                common.getTopK(),
                common.getTopP());
        this.seed = builder.seed;
        this.minP = builder.minP;
        this.adapter = builder.adapter;
        this.repetitionPenalty = builder.repetitionPenalty;
        this.priority = builder.priority;
        this.timeout = builder.timeout;
        this.thinking = builder.thinking;
        this.toolChoice = builder.toolChoice;
        this.outputSchema = builder.outputSchema;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes a sampled answer repeatable. */
    public Long getSeed() {
        return seed;
    }

    /** Keep tokens at least this part as probable as the best. */
    public Double getMinP() {
        return minP;
    }

    /** The LoRA adapter that answers, by the name that it was loaded under; empty for none. */
    public String getAdapter() {
        return adapter;
    }

    /** Above 1 makes tokens of prompt and answer less likely to come again. */
    public Double getRepetitionPenalty() {
        return repetitionPenalty;
    }

    /** Smaller is served sooner, where the model is opened to look at it. */
    public Integer getPriority() {
        return priority;
    }

    /** From the request to the last token; an answer that takes longer ends unfinished, for the reason {@code DEADLINE}. */
    public Duration getTimeout() {
        return timeout;
    }

    /** Whether a model that can is to think aloud first. */
    public Boolean getThinking() {
        return thinking;
    }

    /** {@code auto}, {@code none}, {@code required} or the name of a tool that must be called. */
    public String getToolChoice() {
        return toolChoice;
    }

    /** The JSON schema that the answer keeps to the letter. */
    @Override
    public String getOutputSchema() {
        return outputSchema;
    }

    @Override
    public Builder mutate() {
        Builder builder = builder()
                .model(getModel())
                .frequencyPenalty(getFrequencyPenalty())
                .maxTokens(getMaxTokens())
                .presencePenalty(getPresencePenalty())
                .stopSequences(getStopSequences())
                .temperature(getTemperature())
                .topK(getTopK())
                .topP(getTopP())
                .toolCallbacks(getToolCallbacks())
                .toolContext(getToolContext());
        return builder.seed(seed)
                .minP(minP)
                .adapter(adapter)
                .repetitionPenalty(repetitionPenalty)
                .priority(priority)
                .timeout(timeout)
                .thinking(thinking)
                .toolChoice(toolChoice)
                .outputSchema(outputSchema);
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof AscendChatOptions that
                && Objects.equals(seed, that.seed)
                && Objects.equals(minP, that.minP)
                && Objects.equals(adapter, that.adapter)
                && Objects.equals(repetitionPenalty, that.repetitionPenalty)
                && Objects.equals(priority, that.priority)
                && Objects.equals(timeout, that.timeout)
                && Objects.equals(thinking, that.thinking)
                && Objects.equals(toolChoice, that.toolChoice)
                && Objects.equals(outputSchema, that.outputSchema);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                super.hashCode(),
                seed,
                minP,
                adapter,
                repetitionPenalty,
                priority,
                timeout,
                thinking,
                toolChoice,
                outputSchema);
    }

    /** Collects options. */
    public static final class Builder extends DefaultToolCallingChatOptions.Builder<Builder>
            implements StructuredOutputChatOptions.Builder<Builder> {
        private Long seed;
        private Double minP;
        private String adapter;
        private Double repetitionPenalty;
        private Integer priority;
        private Duration timeout;
        private Boolean thinking;
        private String toolChoice;
        private String outputSchema;

        private Builder() {}

        /** @see AscendChatOptions#getSeed() */
        public Builder seed(Long value) {
            seed = value;
            return this;
        }

        /** @see AscendChatOptions#getMinP() */
        public Builder minP(Double value) {
            minP = value;
            return this;
        }

        /** @see AscendChatOptions#getAdapter() */
        public Builder adapter(String value) {
            adapter = value;
            return this;
        }

        /** @see AscendChatOptions#getRepetitionPenalty() */
        public Builder repetitionPenalty(Double value) {
            repetitionPenalty = value;
            return this;
        }

        /** @see AscendChatOptions#getPriority() */
        public Builder priority(Integer value) {
            priority = value;
            return this;
        }

        /** @see AscendChatOptions#getTimeout() */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** @see AscendChatOptions#getThinking() */
        public Builder thinking(Boolean value) {
            thinking = value;
            return this;
        }

        /** @see AscendChatOptions#getToolChoice() */
        public Builder toolChoice(String value) {
            toolChoice = value;
            return this;
        }

        @Override
        public Builder outputSchema(String value) {
            outputSchema = value;
            return this;
        }

        @Override
        public Builder combineWith(ChatOptions.Builder<?> other) {
            super.combineWith(other);
            if (other instanceof Builder that) {
                seed = that.seed != null ? that.seed : seed;
                minP = that.minP != null ? that.minP : minP;
                adapter = that.adapter != null ? that.adapter : adapter;
                repetitionPenalty = that.repetitionPenalty != null ? that.repetitionPenalty : repetitionPenalty;
                priority = that.priority != null ? that.priority : priority;
                timeout = that.timeout != null ? that.timeout : timeout;
                thinking = that.thinking != null ? that.thinking : thinking;
                toolChoice = that.toolChoice != null ? that.toolChoice : toolChoice;
                outputSchema = that.outputSchema != null ? that.outputSchema : outputSchema;
            }
            return this;
        }

        @Override
        public AscendChatOptions build() {
            return new AscendChatOptions(super.build(), this);
        }
    }
}
