package org.ascend4j.internal.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * What PEFT's {@code adapter_config.json} says of a LoRA adapter (Hu et al., 2021: y = W x + scale · B A x). A setting that
 * would change the arithmetic and is not known is refused by its name.
 *
 * @param rank r
 * @param scale what B A is multiplied with: alpha / r, or alpha / √r where rank-stabilised (Kalajdzievski, 2023)
 * @param targets names of modules; empty if the file gives an expression, which the tensors must agree with by themselves
 * @param layers the only layers that are adapted; empty for all
 * @param complete whether every target must be there in every layer
 */
record AdapterConfig(int rank, double scale, List<String> targets, Set<Integer> layers, boolean complete) {
    static final String FILE = "adapter_config.json";

    private static final long MAX_BYTES = 4L << 20;
    private static final int MOST_RANK = 1 << 16;
    private static final int MOST_LAYERS = 1 << 14;
    private static final double LARGEST_ALPHA = 1e6;
    private static final int MOST_TARGETS = 4096;

    /** Settings that are read here, or tell of training and change no answer. */
    private static final Set<String> KNOWN = Set.of(
            "peft_type",
            "peft_version",
            "r",
            "lora_alpha",
            "use_rslora",
            "target_modules",
            "layers_to_transform",
            "layers_pattern",
            "exclude_modules",
            "bias",
            "init_lora_weights",
            "lora_dropout",
            "base_model_name_or_path",
            "revision",
            "task_type",
            "inference_mode",
            "auto_mapping",
            "megatron_core",
            "eva_config",
            "runtime_config",
            "qalora_group_size");

    /** Ways to begin training that leave the model's own weights as they are. */
    private static final Set<String> PLAIN_BEGINNINGS = Set.of("gaussian", "eva", "orthogonal");

    /** Reads and checks the file of a folder. */
    static AdapterConfig read(Path folder) {
        JsonValue root = JsonDocument.read(folder.resolve(FILE), MAX_BYTES);
        JsonValue type = root.get("peft_type");
        if (!type.text().equals("LORA")) {
            throw type.wrong("LORA; no other kind of adapter is supported");
        }
        refuseOthers(root);
        JsonValue bias = root.get("bias");
        if (!bias.text("none").equals("none")) {
            throw bias.wrong("none; an adapter's biases are not supported");
        }
        requirePlainBeginning(root.get("init_lora_weights"));
        int rank = (int) root.get("r").integer(1, MOST_RANK);
        double alpha = root.get("lora_alpha").number();
        if (!(alpha > 0 && alpha <= LARGEST_ALPHA)) {
            throw root.get("lora_alpha").wrong("a number above 0 and up to " + LARGEST_ALPHA);
        }
        double scale = alpha / (root.get("use_rslora").truth(false) ? Math.sqrt(rank) : rank);
        return new AdapterConfig(
                rank,
                scale,
                targets(root.get("target_modules")),
                layers(root.get("layers_to_transform")),
                empty(root.get("exclude_modules").plain()));
    }

    /** Those who made a new setting leave it null, false or empty where it is not used. */
    private static void refuseOthers(JsonValue root) {
        for (Map.Entry<String, Object> member : root.members().entrySet()) {
            if (!KNOWN.contains(member.getKey()) && !empty(member.getValue())) {
                throw root.get(member.getKey())
                        .wrong("nothing; adapters with " + member.getKey() + " are not supported, and without it"
                                + " answers would be wrong");
            }
        }
    }

    private static boolean empty(Object value) {
        return value == null
                || Boolean.FALSE.equals(value)
                || value instanceof List<?> list && list.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
    }

    /** Some ways to begin move a part of the model's weights into the adapter, which then fits no unchanged model. */
    private static void requirePlainBeginning(JsonValue beginning) {
        if (!beginning.isString()) {
            beginning.truth(true); // either is fine, anything else is not
        } else if (!PLAIN_BEGINNINGS.contains(beginning.text())) {
            throw beginning.wrong("true, false, or one of gaussian, eva, orthogonal: others change the model's own"
                    + " weights, so convert the adapter to a plain one first");
        }
    }

    private static List<String> targets(JsonValue value) {
        if (value.isString()) {
            return List.of(); // an expression, or all-linear: what the tensors say is what was trained
        }
        if (!value.isList() || value.list().isEmpty() || value.list().size() > MOST_TARGETS) {
            throw value.wrong("a list of 1 to " + MOST_TARGETS + " names of modules, or an expression");
        }
        List<String> targets = new ArrayList<>();
        for (JsonValue item : value.items()) {
            if (item.text().isEmpty()) {
                throw item.wrong("a module's name");
            }
            targets.add(item.text());
        }
        return targets;
    }

    private static Set<Integer> layers(JsonValue value) {
        if (value.isNull()) {
            return Set.of();
        }
        List<JsonValue> items = value.isList() ? value.items() : List.of(value);
        Set<Integer> layers = new TreeSet<>();
        for (JsonValue item : items) {
            layers.add((int) item.integer(0, MOST_LAYERS));
        }
        return layers;
    }

    /** An error about a field of the file. */
    static ModelFormatException wrong(Path folder, String field, Object found, String expected) {
        return new ModelFormatException(
                folder.resolve(FILE) + ": " + field + ": found " + found + ", expected " + expected);
    }
}
