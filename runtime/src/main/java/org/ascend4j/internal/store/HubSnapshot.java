package org.ascend4j.internal.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.ascend4j.internal.json.JsonValue;

/**
 * A repository at one commit, as the hub lists it.
 *
 * @param commit 40 hexadecimal digits
 */
record HubSnapshot(String commit, List<HubFile> files) {
    private static final int MAX_FILES = 100_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

    /** What a model needs; a star stands for any characters but a slash. */
    static final List<String> NEEDED = List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json",
            "model.safetensors.index.json",
            "model*.safetensors",
            "quant*.safetensors",
            "quant_model_description*.json",
            "quantize_config.json",
            "adapter_config.json",
            "adapter_model.safetensors",
            "modules.json",
            "sentence_bert_config.json",
            "config_sentence_transformers.json",
            "1_Pooling/config.json");

    /** Reads the hub's answer; names that could lead elsewhere spoil all of it. */
    static HubSnapshot read(JsonValue root) {
        JsonValue sha = root.get("sha");
        if (!SHA1.matcher(sha.text()).matches()) {
            throw sha.wrong("a commit of 40 hexadecimal digits");
        }
        List<JsonValue> siblings = root.get("siblings").items();
        if (siblings.size() > MAX_FILES) {
            throw root.get("siblings").wrong("at most " + MAX_FILES + " files");
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonValue sibling : siblings) {
            String name = sibling.get("rfilename").text();
            if (!HubFile.isPlain(name)) {
                throw sibling.get("rfilename").wrong("the plain name of a file inside the repository");
            }
            JsonValue lfs = sibling.get("lfs");
            long size = (lfs.has("size") ? lfs : sibling).get("size").integer(0, Long.MAX_VALUE, -1);
            files.add(new HubFile(
                    name,
                    size,
                    digest(lfs.first("sha256", "oid"), SHA256),
                    lfs.isNull() ? digest(sibling.get("blobId"), SHA1) : ""));
        }
        return new HubSnapshot(sha.text(), files);
    }

    private static String digest(JsonValue value, Pattern form) {
        String text = value.text("").toLowerCase(Locale.ROOT).replaceFirst("^sha256:", "");
        if (!text.isEmpty() && !form.matcher(text).matches()) {
            throw value.wrong("a digest in hexadecimal");
        }
        return text;
    }

    /** The files that match one of the patterns. */
    List<HubFile> matching(List<String> patterns) {
        List<Pattern> globs = patterns.stream().map(HubSnapshot::glob).toList();
        return files.stream()
                .filter(file -> globs.stream()
                        .anyMatch(glob -> glob.matcher(file.name()).matches()))
                .toList();
    }

    /** Neighbouring stars are one: they would only cost time. */
    private static Pattern glob(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.replaceAll("\\*+", "*").split("(?=\\*)|(?<=\\*)")) {
            regex.append(part.equals("*") ? "[^/]*" : Pattern.quote(part));
        }
        return Pattern.compile(regex.toString());
    }
}
