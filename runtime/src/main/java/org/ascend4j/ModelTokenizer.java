package org.ascend4j;

import java.nio.file.Path;
import java.util.Optional;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.text.Tokenizer;

/** A model's vocabulary and chat template, usable without a device. Thread-safe. */
public final class ModelTokenizer {
    private final Tokenizer tokenizer;
    private final Optional<ChatEncoder> template;

    private ModelTokenizer(Tokenizer tokenizer, Optional<String> template) {
        this.tokenizer = tokenizer;
        this.template = template.map(source -> new ChatEncoder(tokenizer, source));
    }

    /** Reads a model file's vocabulary; no weights are read. */
    public static ModelTokenizer open(Path model) {
        ModelSource.Text text = ModelSource.text(model);
        return new ModelTokenizer(text.tokenizer(), text.chatTemplate());
    }

    static ModelTokenizer read(ModelSource source) {
        return new ModelTokenizer(source.tokenizer(), source.chatTemplate());
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
        return encodeFor(prompt).ids();
    }

    /** The same, with how its answer is to be read. */
    EncodedPrompt encodeFor(Prompt prompt) {
        EncodedPrompt encoded;
        if (prompt instanceof Prompt.Chat chat) {
            encoded = template.orElseThrow(() -> new InvalidRequestException(
                            "messages", "this model file has no chat template; use a raw prompt (--raw)"))
                    .encode(chat);
        } else if (prompt instanceof Prompt.Raw raw) {
            encoded = EncodedPrompt.plain(tokenizer.withBosEos(tokenizer.encode(raw.text(), true)));
        } else {
            encoded = EncodedPrompt.plain(requireKnown(((Prompt.Tokens) prompt).ids()));
        }
        if (encoded.ids().length == 0) {
            throw new InvalidRequestException("prompt", "found no token, expected at least one");
        }
        return encoded;
    }

    private int[] requireKnown(int[] ids) {
        for (int id : ids) {
            if (!(id >= 0 && id < tokenizer.vocabularySize())) {
                throw new InvalidRequestException(
                        "prompt", "found token id " + id + ", expected 0 to " + (tokenizer.vocabularySize() - 1));
            }
        }
        return ids;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }
}
