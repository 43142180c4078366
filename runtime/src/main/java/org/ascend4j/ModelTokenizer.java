package org.ascend4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.template.ChatTemplate;
import org.ascend4j.internal.text.MarkerShield;
import org.ascend4j.internal.text.Tokenizer;

/** A model's vocabulary and chat template, usable without a device. Thread-safe. */
public final class ModelTokenizer {
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;

    private ModelTokenizer(Tokenizer tokenizer, Optional<ChatTemplate> template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** Reads a model file's vocabulary; no weights are read. */
    public static ModelTokenizer open(Path model) {
        ModelSource.Text text = ModelSource.text(model);
        return new ModelTokenizer(text.tokenizer(), text.chatTemplate().map(ChatTemplate::compile));
    }

    static ModelTokenizer read(ModelSource source) {
        return new ModelTokenizer(source.tokenizer(), source.chatTemplate().map(ChatTemplate::compile));
    }

    /**
     * The ids of a text; nothing is added.
     *
     * @param special reads special-token markers in the text as such
     */
    public int[] encode(String text, boolean special) {
        return tokenizer.encode(text, special);
    }

    /** The text of ids, without special tokens. */
    public String decode(int[] ids) {
        return tokenizer.decode(ids);
    }

    /** The ids that the model sees for a prompt. */
    int[] encode(Prompt prompt) {
        int[] ids;
        if (prompt instanceof Prompt.Chat chat) {
            ids = encodeChat(chat.messages());
        } else if (prompt instanceof Prompt.Raw raw) {
            ids = tokenizer.withBosEos(tokenizer.encode(raw.text(), true));
        } else {
            ids = ((Prompt.Tokens) prompt).ids();
            for (int id : ids) {
                if (!(id >= 0 && id < tokenizer.vocabularySize())) {
                    throw new InvalidRequestException(
                            "prompt", "found token id " + id + ", expected 0 to " + (tokenizer.vocabularySize() - 1));
                }
            }
        }
        if (ids.length == 0) {
            throw new InvalidRequestException("prompt", "found no token, expected at least one");
        }
        return ids;
    }

    private int[] encodeChat(List<Message> messages) {
        if (messages.isEmpty()) {
            throw new InvalidRequestException("messages", "found none, expected at least one");
        }
        ChatTemplate chat = template.orElseThrow(() -> new InvalidRequestException(
                "messages", "this model file has no chat template; use a raw prompt (--raw)"));
        MarkerShield shield = MarkerShield.over(messages.stream()
                .flatMap(message -> Stream.of(message.role(), message.content()))
                .toList());
        List<Map<String, Object>> turns = new ArrayList<>();
        for (Message message : messages) {
            turns.add(Map.of(
                    "role", shield.protect(tokenizer, message.role()),
                    "content", shield.protect(tokenizer, message.content())));
        }
        Map<String, Object> context = new HashMap<>();
        context.put("messages", turns);
        context.put("add_generation_prompt", true);
        context.put("bos_token", text(tokenizer.bos()));
        context.put("eos_token", text(tokenizer.eos()));
        return tokenizer.encode(chat.render(context), true, shield);
    }

    private String text(OptionalInt id) {
        return id.isPresent() ? tokenizer.decode(new int[] {id.getAsInt()}, true) : "";
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }
}
