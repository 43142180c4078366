package org.ascend4j.internal.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonValue;

/**
 * BERT's first way to keep a vocabulary: {@code vocab.txt}, a piece a line, numbered from 0. With the settings beside it,
 * it says what a {@code tokenizer.json} would.
 */
final class VocabularyText {
    static final String FILE = "vocab.txt";
    private static final long MAX_BYTES = 32L << 20;

    private VocabularyText() {}

    /**
     * The document that the tokenizers library would write.
     *
     * @param settings {@code tokenizer_config.json}, possibly without members
     */
    static JsonValue document(Path folder, JsonValue settings) {
        Path file = folder.resolve(FILE);
        Map<String, Object> vocabulary = pieces(file);
        String unknown = marker(settings, "unk_token", "[UNK]");
        String first = marker(settings, "cls_token", "[CLS]");
        String end = marker(settings, "sep_token", "[SEP]");
        List<Object> added = new ArrayList<>();
        Map<String, Object> special = new LinkedHashMap<>();
        for (String name : List.of(
                marker(settings, "pad_token", "[PAD]"),
                unknown,
                first,
                end,
                marker(settings, "mask_token", "[MASK]"))) {
            Object id = vocabulary.get(name);
            if (id != null && !special.containsKey(name)) {
                added.add(Map.of("id", id, "content", name, "special", true));
                special.put(name, Map.of("ids", List.of(id)));
            }
        }
        for (String needed : List.of(unknown, first, end)) {
            if (!special.containsKey(needed)) {
                throw new ModelFormatException(file + ": found no piece " + needed + ", expected one");
            }
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("added_tokens", added);
        root.put("normalizer", normalizer(settings));
        root.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
        root.put("model", Map.of("type", "WordPiece", "unk_token", unknown, "vocab", vocabulary));
        root.put("post_processor", frame(first, end, special));
        root.put("decoder", Map.of("type", "WordPiece"));
        return new JsonValue(file.toString(), "", root);
    }

    private static String marker(JsonValue settings, String member, String usual) {
        JsonValue value = settings.get(member);
        return (value.isObject() ? value.get("content") : value).text(usual);
    }

    private static Map<String, Object> normalizer(JsonValue settings) {
        Map<String, Object> normalizer = new LinkedHashMap<>();
        normalizer.put("type", "BertNormalizer");
        normalizer.put("lowercase", settings.get("do_lower_case").truth(true));
        normalizer.put(
                "handle_chinese_chars", settings.get("tokenize_chinese_chars").truth(true));
        if (settings.has("strip_accents")) {
            normalizer.put("strip_accents", settings.get("strip_accents").truth());
        }
        return normalizer;
    }

    private static Map<String, Object> frame(String first, String end, Map<String, Object> special) {
        return Map.of(
                "type",
                "TemplateProcessing",
                "single",
                List.of(marker(first, 0), text("A", 0), marker(end, 0)),
                "pair",
                List.of(marker(first, 0), text("A", 0), marker(end, 0), text("B", 1), marker(end, 1)),
                "special_tokens",
                special);
    }

    private static Map<String, Object> marker(String name, long type) {
        return Map.of("SpecialToken", Map.of("id", name, "type_id", type));
    }

    private static Map<String, Object> text(String name, long type) {
        return Map.of("Sequence", Map.of("id", name, "type_id", type));
    }

    private static Map<String, Object> pieces(Path file) {
        Map<String, Object> pieces = new LinkedHashMap<>();
        long id = 0;
        for (String line : TextFile.read(file, MAX_BYTES).split("\n", -1)) {
            pieces.put(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, id++);
        }
        if (Long.valueOf(id - 1).equals(pieces.get(""))) {
            pieces.remove(""); // what is behind the last line's end
        }
        return pieces;
    }
}
