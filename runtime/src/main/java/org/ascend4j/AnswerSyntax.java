package org.ascend4j;

import java.util.List;
import org.ascend4j.internal.tools.CallFormat;

/**
 * How an answer is to be taken apart.
 *
 * @param format how calls are written; NONE if none can come
 * @param thinks whether the model may think aloud first
 * @param thinking whether the prompt has opened its thought already
 * @param named whether Mistral's newer way of writing calls is meant, which has the name in front
 */
record AnswerSyntax(
        CallFormat format,
        boolean thinks,
        boolean thinking,
        boolean named,
        List<ToolDefinition> tools,
        ToolChoice choice) {
    /** All of it is text. */
    static final AnswerSyntax PLAIN =
            new AnswerSyntax(CallFormat.NONE, false, false, false, List.of(), ToolChoice.NONE);

    boolean plain() {
        return format == CallFormat.NONE && !thinks && !thinking;
    }

    /** Whether every answer has a call. */
    boolean forces() {
        return !tools.isEmpty() && choice.forces();
    }

    /** Whether the first call is the end, which somebody has to look for. */
    boolean endsAtCall() {
        return format != CallFormat.NONE && !choice.parallel();
    }

    /** For an answer that keeps to a format from its first token on: there is no room for thoughts. */
    AnswerSyntax withoutThoughts() {
        return thinks || thinking ? new AnswerSyntax(format, false, false, named, tools, choice) : this;
    }
}
