package org.ascend4j.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.TokenCountEstimator;
import dev.langchain4j.spi.ServiceHelper;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.Llm;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.langchain4j.spi.AscendTokenCountEstimatorBuilderFactory;

/**
 * Counts tokens with the model's own vocabulary and chat template. Of messages it counts what the model would see of a
 * conversation that is just them, which is exact for a whole conversation and a little too much for a part of one.
 */
public final class AscendTokenCountEstimator implements TokenCountEstimator {
    private final Llm llm;

    private AscendTokenCountEstimator(Llm llm) {
        this.llm = llm;
    }

    public static Builder builder() {
        for (AscendTokenCountEstimatorBuilderFactory factory :
                ServiceHelper.loadFactories(AscendTokenCountEstimatorBuilderFactory.class)) {
            return factory.get();
        }
        return new Builder();
    }

    @Override
    public int estimateTokenCountInText(String text) {
        return Failures.translated(() -> llm.tokenize(text, false).length);
    }

    @Override
    public int estimateTokenCountInMessage(ChatMessage message) {
        return estimateTokenCountInMessages(List.of(message));
    }

    @Override
    public int estimateTokenCountInMessages(Iterable<ChatMessage> messages) {
        List<ChatMessage> all = new ArrayList<>();
        messages.forEach(all::add);
        return all.isEmpty() ? 0 : Failures.translated(() -> count(RequestMapping.messages(all)));
    }

    private int count(List<Message> messages) {
        try {
            return llm.encode(Prompt.chat(messages)).length;
        } catch (InvalidRequestException notAConversation) {
            // A template may refuse a part of a conversation, such as a tool's result without its call.
            return messages.stream()
                    .mapToInt(message -> llm.tokenize(message.content(), false).length)
                    .sum();
        }
    }

    /** Builds an estimator. */
    public static class Builder {
        private Llm llm;

        /** The model whose tokens are counted; closing it is left to the caller. */
        public Builder llm(Llm value) {
            llm = value;
            return this;
        }

        public AscendTokenCountEstimator build() {
            if (llm == null) {
                throw new IllegalArgumentException("found no llm, expected an open model");
            }
            return new AscendTokenCountEstimator(llm);
        }
    }
}
