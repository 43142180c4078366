package org.ascend4j;

import java.util.List;
import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, {@code tool} or what else the model's chat template knows
 * @param content plain text: a special-token marker in it stays text
 * @param calls the functions that an assistant's turn asks for
 * @param callId the call that a tool's turn answers; empty for other turns
 */
public record Message(String role, String content, List<ToolCall> calls, String callId) {
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(callId, "callId");
        calls = List.copyOf(calls);
    }

    /** A turn of words alone. */
    public Message(String role, String content) {
        this(role, content, List.of(), "");
    }

    public static Message system(String content) {
        return new Message("system", content);
    }

    public static Message user(String content) {
        return new Message("user", content);
    }

    public static Message assistant(String content) {
        return new Message("assistant", content);
    }

    /** An assistant's turn that asks for calls, as {@link Completion#toolCalls()} has them. */
    public static Message assistant(String content, List<ToolCall> calls) {
        return new Message("assistant", content, calls, "");
    }

    /** What a call brought. */
    public static Message tool(String callId, String content) {
        return new Message("tool", content, List.of(), callId);
    }
}
