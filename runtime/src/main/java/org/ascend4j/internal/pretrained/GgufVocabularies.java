package org.ascend4j.internal.pretrained;

import java.util.Optional;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.text.GgufVocabulary;
import org.ascend4j.internal.text.Tokenizer;

/** Takes the vocabulary and the chat template out of a GGUF file's metadata. */
public final class GgufVocabularies {
    private static final String PREFIX = "tokenizer.ggml.";

    private GgufVocabularies() {}

    /** The tokenizer that the file describes. */
    public static Tokenizer tokenizer(Checkpoint file) {
        return vocabulary(file).tokenizer();
    }

    /** The source of the model's own chat template, if the file has one. */
    public static Optional<String> chatTemplate(Checkpoint file) {
        return Optional.ofNullable(file.metadata().string("tokenizer.chat_template", null));
    }

    /** The vocabulary as plain values. */
    public static GgufVocabulary vocabulary(Checkpoint file) {
        GgufMetadata values = file.metadata();
        return new GgufVocabulary(
                file.path().toString(),
                values.string(PREFIX + "model"),
                values.string(PREFIX + "pre", "default"),
                values.stringArray(PREFIX + "tokens"),
                values.intArray(PREFIX + "token_type", new int[0]),
                values.floatArray(PREFIX + "scores", new float[0]),
                values.stringArray(PREFIX + "merges", new String[0]),
                values.tokenId(PREFIX + "bos_token_id"),
                values.tokenId(PREFIX + "eos_token_id"),
                values.tokenId(PREFIX + "eot_token_id"),
                values.tokenId(PREFIX + "unknown_token_id"),
                truth(values, PREFIX + "add_bos_token"),
                truth(values, PREFIX + "add_eos_token"),
                truth(values, PREFIX + "add_space_prefix"));
    }

    private static Optional<Boolean> truth(GgufMetadata values, String key) {
        return values.has(key) ? Optional.of(values.bool(key)) : Optional.empty();
    }
}
