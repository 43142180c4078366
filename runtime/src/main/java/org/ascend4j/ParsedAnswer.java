package org.ascend4j;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.tools.AnswerScanner;
import org.ascend4j.internal.tools.CallFormat;
import org.ascend4j.internal.tools.CallListener;

/**
 * An answer taken apart.
 *
 * @param reasoning what the model thought aloud first; empty if nothing
 * @param text what is meant for the user
 * @param calls the functions that it asks for, in order
 */
public record ParsedAnswer(String reasoning, String text, List<ToolCall> calls) {
    public ParsedAnswer {
        calls = List.copyOf(calls);
    }

    /**
     * Takes an answer apart by the marks that a model's chat template asks for: Hermes' and Qwen's {@code <tool_call>},
     * Llama 3's JSON, Mistral's {@code [TOOL_CALLS]}, and thoughts between {@code <think>} and {@code </think>}. What looks
     * like a call and is none stays text.
     *
     * @param answer with the markers of special tokens
     * @param chatTemplate the source of the template
     * @param thinking whether the prompt ended inside a thought
     */
    public static ParsedAnswer of(String answer, String chatTemplate, boolean thinking) {
        Collector parts = new Collector();
        boolean thinks = chatTemplate.contains("</think>") || chatTemplate.contains("<think>");
        AnswerScanner scanner = new AnswerScanner(CallFormat.ofTemplate(chatTemplate), thinks, thinking, parts);
        scanner.accept(answer);
        scanner.finish();
        return new ParsedAnswer(parts.reasoning.toString(), parts.text.toString(), parts.calls);
    }

    private static final class Collector implements CallListener {
        private final StringBuilder reasoning = new StringBuilder();
        private final StringBuilder text = new StringBuilder();
        private final List<ToolCall> calls = new ArrayList<>();

        @Override
        public void text(String more) {
            text.append(more);
        }

        @Override
        public void reasoning(String more) {
            reasoning.append(more);
        }

        @Override
        public void call(String id, String name, String arguments) {
            calls.add(new ToolCall(id, name, arguments));
        }
    }
}
