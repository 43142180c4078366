package org.ascend4j.internal.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * How a model's makers would have texts embedded: in a sentence-transformers folder by {@code modules.json} and what it
 * names, in a GGUF file by its pooling type. Steps that are not known are refused, since leaving one out would give
 * other vectors.
 *
 * @param pooling cls, mean or last, if it is said
 * @param normalize whether vectors get length 1, if it is said
 * @param maxTokens texts are cut to so many, if it is said
 * @param lowerCase whether texts are put in lower case before anything else
 * @param prompt what stands in front of every text
 */
public record SentenceSettings(
        Optional<String> pooling,
        Optional<Boolean> normalize,
        OptionalInt maxTokens,
        boolean lowerCase,
        String prompt) {
    private static final long MAX_BYTES = 1L << 20;
    private static final String MODULES = "modules.json";
    private static final String TRANSFORMER = "sentence_bert_config.json";
    private static final String FOLDER = "config_sentence_transformers.json";

    /** A folder's flags of pooling, as they have been spelled since its first version. */
    private static final Map<String, String> FLAGS = Map.of(
            "pooling_mode_cls_token", "cls",
            "pooling_mode_mean_tokens", "mean",
            "pooling_mode_lasttoken", "last");

    private static final Map<Integer, String> GGUF_POOLING = Map.of(1, "mean", 2, "cls", 3, "last");

    private static final SentenceSettings NONE =
            new SentenceSettings(Optional.empty(), Optional.empty(), OptionalInt.empty(), false, "");

    /** The settings of a GGUF file. */
    static SentenceSettings of(GgufMetadata metadata) {
        String key = metadata.string("general.architecture") + ".pooling_type";
        if (!metadata.has(key)) {
            return NONE;
        }
        Optional<String> pooling = Optional.ofNullable(GGUF_POOLING.get(metadata.u32(key)));
        return new SentenceSettings(pooling, Optional.empty(), OptionalInt.empty(), false, "");
    }

    /** The settings of a folder; it need be none of sentence-transformers. */
    static SentenceSettings read(Path folder) {
        Path modules = folder.resolve(MODULES);
        if (!Files.exists(modules)) {
            return new SentenceSettings(Optional.empty(), Optional.empty(), tokenizerLimit(folder), false, "");
        }
        Optional<String> pooling = Optional.empty();
        boolean normalize = false;
        boolean transformer = false;
        for (JsonValue module : JsonDocument.read(modules, MAX_BYTES).items()) {
            JsonValue type = module.get("type");
            String name = type.text().substring(type.text().lastIndexOf('.') + 1);
            switch (name) {
                case "Transformer" -> transformer = true;
                case "Pooling" -> pooling = Optional.of(pooling(inside(folder, module.get("path"))));
                case "Normalize" -> normalize = true;
                default -> throw type.wrong("Transformer, Pooling or Normalize");
            }
        }
        if (!transformer || pooling.isEmpty()) {
            throw new ModelFormatException(modules + ": found " + (transformer ? "no Pooling" : "no Transformer")
                    + ", expected modules Transformer and Pooling");
        }
        JsonValue text = optional(folder.resolve(TRANSFORMER));
        JsonValue most = text.get("max_seq_length");
        return new SentenceSettings(
                pooling,
                Optional.of(normalize),
                most.isNull() ? tokenizerLimit(folder) : OptionalInt.of((int) most.integer(1, Integer.MAX_VALUE)),
                text.get("do_lower_case").truth(false),
                prompt(optional(folder.resolve(FOLDER))));
    }

    /** What the tokenizer cuts texts to; those that do not cut say so with a number beyond all sense. */
    private static OptionalInt tokenizerLimit(Path folder) {
        Object limit = optional(folder.resolve(TokenizerFiles.SETTINGS))
                .get("model_max_length")
                .plain();
        return limit instanceof Long most && most >= 1 && most <= Integer.MAX_VALUE
                ? OptionalInt.of(most.intValue())
                : OptionalInt.empty();
    }

    private static JsonValue optional(Path file) {
        return Files.exists(file)
                ? JsonDocument.read(file, TokenizerFiles.MAX_BYTES)
                : new JsonValue(file.toString(), "", null);
    }

    /** A module's own folder, which must lie in the model's. */
    private static Path inside(Path folder, JsonValue path) {
        Path found = folder.resolve(path.text()).normalize();
        if (!path.text().matches("[A-Za-z0-9_]{1,64}") || !found.startsWith(folder.normalize())) {
            throw path.wrong("the name of a folder inside the model's");
        }
        return found;
    }

    private static String pooling(Path folder) {
        JsonValue config = JsonDocument.read(folder.resolve("config.json"), MAX_BYTES);
        JsonValue mode = config.get("pooling_mode");
        if (!mode.isNull()) {
            return switch (mode.text().toLowerCase(Locale.ROOT)) {
                case "cls" -> "cls";
                case "mean" -> "mean";
                case "lasttoken" -> "last";
                default -> throw mode.wrong("cls, mean or lasttoken");
            };
        }
        String found = null;
        for (String member : config.members().keySet()) {
            if (!member.startsWith("pooling_mode_") || !config.get(member).truth()) {
                continue;
            }
            if (found != null || !FLAGS.containsKey(member)) {
                throw config.get(member).wrong("one way of pooling: the first token, the mean or the last token");
            }
            found = FLAGS.get(member);
        }
        if (found == null) {
            throw config.wrong("one way of pooling that is true");
        }
        return found;
    }

    private static String prompt(JsonValue folder) {
        JsonValue name = folder.get("default_prompt_name");
        if (name.isNull()) {
            return "";
        }
        JsonValue prompt = folder.get("prompts").get(name.text());
        return prompt.text();
    }
}
