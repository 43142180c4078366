package org.ascend4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import java.util.UUID;
import org.ascend4j.Completion;
import org.ascend4j.ToolCall;

/** Answers in LangChain4j's terms. */
final class ResponseMapping {
    private ResponseMapping() {}

    /** A call, named by the model or else by chance: results refer to calls by name. */
    static ToolExecutionRequest request(ToolCall call) {
        return ToolExecutionRequest.builder()
                .id(call.id().isBlank() ? "call_" + UUID.randomUUID() : call.id())
                .name(call.name())
                .arguments(call.arguments())
                .build();
    }

    /**
     * @param calls those of the answer
     * @throws TimeoutException if the time was up before the answer was whole
     */
    static ChatResponse response(Completion answer, String modelName, List<ToolExecutionRequest> calls) {
        if (answer.finishReason() == org.ascend4j.FinishReason.DEADLINE) {
            throw new TimeoutException("the time was up after " + answer.tokens().length
                    + " tokens of an answer that was not whole; allow more time (timeout) or fewer tokens");
        }
        ChatResponseMetadata metadata = ChatResponseMetadata.builder()
                .id("chat_" + UUID.randomUUID())
                .modelName(modelName)
                .tokenUsage(new TokenUsage(answer.promptTokens().length, answer.tokens().length))
                .finishReason(reason(answer.finishReason()))
                .build();
        AiMessage message = AiMessage.builder()
                .text(orNull(answer.text()))
                .thinking(orNull(answer.reasoning()))
                .toolExecutionRequests(calls)
                .build();
        return ChatResponse.builder().aiMessage(message).metadata(metadata).build();
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static FinishReason reason(org.ascend4j.FinishReason reason) {
        return switch (reason) {
            case STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
            case TOOL_CALLS -> FinishReason.TOOL_EXECUTION;
            case CANCELLED, DEADLINE -> FinishReason.OTHER;
        };
    }
}
