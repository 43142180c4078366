package org.ascend4j.internal.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.Tokenizer;
import org.ascend4j.internal.text.pipeline.TokenizerJson;

/**
 * The text side of a model folder: {@code tokenizer.json}, the settings in {@code tokenizer_config.json}, and the chat
 * template out of {@code chat_template.jinja}, {@code chat_template.json} or the settings, in this order.
 */
final class TokenizerFiles {
    static final String SETTINGS = "tokenizer_config.json";
    static final String TEMPLATE = "chat_template.jinja";
    private static final String TEMPLATE_JSON = "chat_template.json";

    /** Large vocabularies list all their added tokens in it once more. */
    static final long MAX_BYTES = 32L << 20;

    private static final long MAX_TEMPLATE_BYTES = 4L << 20;

    private final Path folder;
    private final JsonValue settings;

    TokenizerFiles(Path folder) {
        this.folder = folder;
        Path file = folder.resolve(SETTINGS);
        this.settings =
                Files.exists(file) ? JsonDocument.read(file, MAX_BYTES) : new JsonValue(file.toString(), "", null);
    }

    /**
     * The tokenizer.
     *
     * @param config the model's {@code config.json}, possibly without members
     * @param rows of the model's embedding, 0 if not known
     */
    Tokenizer tokenizer(JsonValue config, int rows, GenerationDefaults defaults) {
        Path file = folder.resolve(TokenizerJson.FILE);
        boolean bert = config.get("model_type").text("").equals("bert");
        boolean words = !Files.exists(file) && bert && Files.exists(folder.resolve(VocabularyText.FILE));
        if (!words && !Files.exists(file)) {
            throw new ModelFormatException(folder + ": found no " + TokenizerJson.FILE
                    + ", expected one; save the tokenizer again with a current version of transformers");
        }
        TokenizerJson json =
                words ? TokenizerJson.of(VocabularyText.document(folder, settings)) : TokenizerJson.read(file);
        Set<Integer> ends = new HashSet<>(defaults.ends());
        ends.addAll(GenerationDefaults.ids(config.get("eos_token_id")));
        ends.removeIf(id -> rows > 0 && id >= rows);
        return json.tokenizer(new TokenizerJson.Settings(
                named("bos_token", json, config.get("bos_token_id"), rows),
                named("eos_token", json, config.get("eos_token_id"), rows),
                ends,
                rows,
                addBos()));
    }

    private OptionalInt named(String member, TokenizerJson json, JsonValue id, int rows) {
        JsonValue value = settings.get(member);
        JsonValue content = value.isObject() ? value.get("content") : value;
        if (!content.isNull()) {
            return json.id(content.text());
        }
        // A tokenizer that says it has none counts more than the model's settings.
        if (settings.members().containsKey(member)) {
            return OptionalInt.empty();
        }
        OptionalInt first =
                GenerationDefaults.ids(id).stream().mapToInt(Integer::intValue).findFirst();
        int end = rows > 0 ? rows : json.size();
        return first.isPresent() && first.getAsInt() < end ? first : OptionalInt.empty();
    }

    /** Only the classes that come from SentencePiece let this member change what tokenizer.json says. */
    private Optional<Boolean> addBos() {
        String type = settings.get("tokenizer_class").text("");
        boolean counts = type.matches("(Llama|CodeLlama|Gemma)Tokenizer(Fast)?");
        return counts && settings.has("add_bos_token")
                ? Optional.of(settings.get("add_bos_token").truth())
                : Optional.empty();
    }

    /** The source of the chat template, if there is one. */
    Optional<String> chatTemplate() {
        Path file = folder.resolve(TEMPLATE);
        if (Files.exists(file)) {
            return Optional.of(TextFile.read(file, MAX_TEMPLATE_BYTES));
        }
        Path json = folder.resolve(TEMPLATE_JSON);
        if (Files.exists(json)) {
            return JsonDocument.read(json, MAX_TEMPLATE_BYTES)
                    .get("chat_template")
                    .optionalText();
        }
        JsonValue value = settings.get("chat_template");
        if (!value.isList()) {
            return value.optionalText();
        }
        // Several templates, each with a name.
        for (JsonValue item : value.items()) {
            if (item.get("name").text("").equals("default")) {
                return item.get("template").optionalText();
            }
        }
        return Optional.empty();
    }
}
