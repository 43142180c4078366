package org.ascend4j;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/** What the model continues. */
public sealed interface Prompt {
    /**
     * A conversation, put into words by the model's own chat template, which also opens the assistant's turn. Its answer
     * is taken apart: thoughts and calls do not show in the text.
     *
     * @param messages the turns so far
     * @param tools functions that the model may ask to be called, up to 128
     * @param choice whether it may, or must; null for {@link ToolChoice#AUTO}
     * @param thinking whether a model that can is to think aloud first; null leaves it to the model's template
     */
    record Chat(List<Message> messages, List<ToolDefinition> tools, ToolChoice choice, Boolean thinking)
            implements Prompt {
        /** Most functions of one conversation. */
        public static final int MOST_TOOLS = 128;

        public Chat {
            messages = List.copyOf(messages);
            tools = List.copyOf(tools);
            choice = choice == null ? ToolChoice.AUTO : choice;
            check(tools, choice);
        }

        /** A conversation without tools. */
        public Chat(List<Message> messages) {
            this(messages, List.of(), ToolChoice.AUTO, null);
        }

        private static void check(List<ToolDefinition> tools, ToolChoice choice) {
            if (tools.size() > MOST_TOOLS) {
                throw new InvalidRequestException(
                        "tools", "found " + tools.size() + ", expected at most " + MOST_TOOLS);
            }
            Set<String> names = new HashSet<>();
            for (ToolDefinition tool : tools) {
                if (!names.add(tool.name())) {
                    throw new InvalidRequestException("tools", "found two functions named '" + tool.name() + "'");
                }
            }
            if (choice.forces() && tools.isEmpty()) {
                throw new InvalidRequestException(
                        "tool-choice", "found a call that is required without tools, expected at least one tool");
            }
            if (choice.kind() == ToolChoice.Kind.NAMED && !names.contains(choice.name())) {
                throw new InvalidRequestException(
                        "tool-choice", "found the name '" + choice.name() + "', expected that of one of the tools");
            }
        }

        /** The same conversation with these functions. */
        public Chat withTools(List<ToolDefinition> value) {
            return new Chat(messages, value, choice, thinking);
        }

        /** The same conversation; set the tools first. */
        public Chat withToolChoice(ToolChoice value) {
            return new Chat(messages, tools, value, thinking);
        }

        /** The same conversation with thoughts switched on or off. */
        public Chat withThinking(Boolean value) {
            return new Chat(messages, tools, choice, value);
        }
    }

    /**
     * Text as it is: no template; special-token markers in it are read as such; BOS and EOS are added exactly as the
     * model file says, unless they are there already.
     */
    record Raw(String text) implements Prompt {}

    /** Token ids as they are; nothing is added. */
    record Tokens(int[] ids) implements Prompt {
        public Tokens {
            ids = ids.clone();
        }

        @Override
        public int[] ids() {
            return ids.clone();
        }
    }

    /** A conversation of one question. */
    static Chat user(String content) {
        return new Chat(List.of(Message.user(content)));
    }

    static Chat chat(List<Message> messages) {
        return new Chat(messages);
    }

    static Prompt raw(String text) {
        return new Raw(text);
    }

    static Prompt tokens(int... ids) {
        return new Tokens(ids);
    }
}
