package org.ascend4j.spring;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.ascend4j.AnswerPiece;
import org.ascend4j.Completion;
import org.ascend4j.FinishReason;
import org.ascend4j.ToolCall;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/** Answers in Spring AI's terms; an instance is for one that streams, whose last piece tells how much it was. */
final class Responses {
    /** Where what a model thought aloud is found in a message's metadata. */
    private static final String THINKING = "thinking";

    private final String id = "chat_" + UUID.randomUUID();
    private final String modelName;
    private final int promptTokens;
    private int tokens;

    Responses(String modelName, int promptTokens) {
        this.modelName = modelName;
        this.promptTokens = promptTokens;
    }

    static ChatResponse whole(Completion answer, String modelName) {
        Responses one = new Responses(modelName, answer.promptTokens().length);
        one.tokens = answer.tokens().length;
        return one.response(answer.text(), answer.reasoning(), answer.toolCalls(), answer.finishReason());
    }

    /** The pieces of an answer, in order. */
    ChatResponse piece(AnswerPiece piece) {
        tokens += piece.tokens().length;
        return response(piece.text(), piece.reasoning(), piece.toolCalls(), piece.finishReason());
    }

    private ChatResponse response(String text, String reasoning, List<ToolCall> calls, FinishReason reason) {
        AssistantMessage message = AssistantMessage.builder()
                .content(text)
                .properties(reasoning.isEmpty() ? Map.of() : Map.of(THINKING, reasoning))
                .toolCalls(calls.stream().map(Responses::call).toList())
                .build();
        ChatResponseMetadata.Builder metadata =
                ChatResponseMetadata.builder().id(id).model(modelName);
        if (reason == null) {
            return new ChatResponse(List.of(new Generation(message)), metadata.build());
        }
        ChatGenerationMetadata end =
                ChatGenerationMetadata.builder().finishReason(reason.name()).build();
        return new ChatResponse(
                List.of(new Generation(message, end)),
                metadata.usage(new DefaultUsage(promptTokens, tokens)).build());
    }

    private static AssistantMessage.ToolCall call(ToolCall call) {
        String id = call.id().isBlank() ? "call_" + UUID.randomUUID() : call.id();
        return new AssistantMessage.ToolCall(id, "function", call.name(), call.arguments());
    }
}
