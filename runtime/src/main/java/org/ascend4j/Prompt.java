package org.ascend4j;

import java.util.List;

/** What the model continues. */
public sealed interface Prompt {
    /** A conversation, put into words by the model's own chat template, which also opens the assistant's turn. */
    record Chat(List<Message> messages) implements Prompt {
        public Chat {
            messages = List.copyOf(messages);
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
    static Prompt user(String content) {
        return new Chat(List.of(Message.user(content)));
    }

    static Prompt chat(List<Message> messages) {
        return new Chat(messages);
    }

    static Prompt raw(String text) {
        return new Raw(text);
    }

    static Prompt tokens(int... ids) {
        return new Tokens(ids);
    }
}
