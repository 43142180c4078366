package org.ascend4j.langchain4j;

import static dev.langchain4j.internal.Utils.getOrDefault;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.time.Duration;
import java.util.Objects;

/** LangChain4j's parameters of a request, and those that only this engine has. What is null is as the model's builder says. */
public final class AscendChatRequestParameters extends DefaultChatRequestParameters {
    private final Long seed;
    private final Double minP;
    private final String adapter;
    private final Double repetitionPenalty;
    private final Integer priority;
    private final Duration timeout;
    private final Boolean thinking;
    private final Boolean parallelToolCalls;

    private AscendChatRequestParameters(Builder builder) {
        super(builder);
        this.seed = builder.seed;
        this.minP = builder.minP;
        this.adapter = builder.adapter;
        this.repetitionPenalty = builder.repetitionPenalty;
        this.priority = builder.priority;
        this.timeout = builder.timeout;
        this.thinking = builder.thinking;
        this.parallelToolCalls = builder.parallelToolCalls;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes a sampled answer repeatable. */
    public Long seed() {
        return seed;
    }

    /** Keep tokens at least this part as probable as the best. */
    public Double minP() {
        return minP;
    }

    /** The LoRA adapter that answers, by the name that it was loaded under; empty for none. */
    public String adapter() {
        return adapter;
    }

    /** Above 1 makes tokens of prompt and answer less likely to come again. */
    public Double repetitionPenalty() {
        return repetitionPenalty;
    }

    /** Smaller is served sooner, where the model is opened to look at it. */
    public Integer priority() {
        return priority;
    }

    /** From the request to the last token; what takes longer ends with LangChain4j's {@code TimeoutException}. */
    public Duration timeout() {
        return timeout;
    }

    /** Whether a model that can is to think aloud first. */
    public Boolean thinking() {
        return thinking;
    }

    /** Whether one answer may have several calls of tools; null for yes. */
    public Boolean parallelToolCalls() {
        return parallelToolCalls;
    }

    @Override
    public AscendChatRequestParameters overrideWith(ChatRequestParameters that) {
        return builder().overrideWith(this).overrideWith(that).build();
    }

    @Override
    public AscendChatRequestParameters defaultedBy(ChatRequestParameters that) {
        return builder().overrideWith(that).overrideWith(this).build();
    }

    @Override
    public boolean equals(Object other) {
        return super.equals(other)
                && other instanceof AscendChatRequestParameters that
                && Objects.equals(seed, that.seed)
                && Objects.equals(minP, that.minP)
                && Objects.equals(adapter, that.adapter)
                && Objects.equals(repetitionPenalty, that.repetitionPenalty)
                && Objects.equals(priority, that.priority)
                && Objects.equals(timeout, that.timeout)
                && Objects.equals(thinking, that.thinking)
                && Objects.equals(parallelToolCalls, that.parallelToolCalls);
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
                parallelToolCalls);
    }

    @Override
    public String toString() {
        return "AscendChatRequestParameters{" + super.toString() + ", seed=" + seed + ", minP=" + minP + ", adapter="
                + adapter
                + ", repetitionPenalty=" + repetitionPenalty + ", priority=" + priority + ", timeout=" + timeout
                + ", thinking=" + thinking + ", parallelToolCalls=" + parallelToolCalls + "}";
    }

    /** Collects parameters. */
    public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
        private Long seed;
        private Double minP;
        private String adapter;
        private Double repetitionPenalty;
        private Integer priority;
        private Duration timeout;
        private Boolean thinking;
        private Boolean parallelToolCalls;

        private Builder() {}

        @Override
        public Builder overrideWith(ChatRequestParameters parameters) {
            super.overrideWith(parameters);
            if (parameters instanceof AscendChatRequestParameters own) {
                seed = getOrDefault(own.seed, seed);
                minP = getOrDefault(own.minP, minP);
                adapter = getOrDefault(own.adapter, adapter);
                repetitionPenalty = getOrDefault(own.repetitionPenalty, repetitionPenalty);
                priority = getOrDefault(own.priority, priority);
                timeout = getOrDefault(own.timeout, timeout);
                thinking = getOrDefault(own.thinking, thinking);
                parallelToolCalls = getOrDefault(own.parallelToolCalls, parallelToolCalls);
            }
            return this;
        }

        public Builder seed(Long value) {
            seed = value;
            return this;
        }

        public Builder minP(Double value) {
            minP = value;
            return this;
        }

        public Builder adapter(String value) {
            adapter = value;
            return this;
        }

        public Builder repetitionPenalty(Double value) {
            repetitionPenalty = value;
            return this;
        }

        public Builder priority(Integer value) {
            priority = value;
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        public Builder thinking(Boolean value) {
            thinking = value;
            return this;
        }

        public Builder parallelToolCalls(Boolean value) {
            parallelToolCalls = value;
            return this;
        }

        @Override
        public AscendChatRequestParameters build() {
            return new AscendChatRequestParameters(this);
        }
    }
}
