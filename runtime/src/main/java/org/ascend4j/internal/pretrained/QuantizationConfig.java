package org.ascend4j.internal.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.internal.gguf.QuantizedMatrix.Activations;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * How a folder's weights are quantized, by {@code quantization_config} or, for ModelSlim, by a description beside the
 * weights.
 *
 * @param layout of the tensors
 * @param bits of a weight, 4 or 8
 * @param groupSize columns that share a scale; 0 for whole rows
 * @param symmetric weights have no zero points, or all the same one
 * @param zeroShift what is added to a stored zero point
 * @param activations what happens to inputs
 * @param schemes for ModelSlim: the scheme of each weight by its name in the files
 */
record QuantizationConfig(
        Layout layout,
        int bits,
        int groupSize,
        boolean symmetric,
        int zeroShift,
        Activations activations,
        Map<String, JsonValue> schemes) {
    /** Who wrote the tensors. */
    enum Layout {
        AWQ,
        GPTQ,
        /** compressed-tensors, several weights in a word. */
        PACKED,
        /** compressed-tensors, a byte a weight. */
        BYTES,
        MODELSLIM
    }

    static final String DESCRIPTION = "quant_model_description.json";
    private static final long MAX_DESCRIPTION_BYTES = 64L << 20;
    private static final int GROUP_UNIT = 32;

    /** What is known; empty for none or one that is not. */
    static Optional<QuantizationConfig> read(Path folder, JsonValue settings) {
        String method = settings.get("quant_method").text("");
        return switch (method) {
            case "awq" -> Optional.of(awq(settings));
            case "gptq" -> Optional.of(gptq(settings));
            case "compressed-tensors" -> Optional.of(compressed(settings));
            case "", "ascend" ->
                Files.exists(folder.resolve(DESCRIPTION))
                        ? Optional.of(modelSlim(JsonDocument.read(folder.resolve(DESCRIPTION), MAX_DESCRIPTION_BYTES)))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static QuantizationConfig plain(Layout layout, int bits, int group, boolean symmetric, int shift) {
        return new QuantizationConfig(layout, bits, group, symmetric, shift, Activations.FLOAT, Map.of());
    }

    private static QuantizationConfig awq(JsonValue settings) {
        settings.get("bits").integer(4, 4);
        JsonValue version = settings.get("version");
        if (!version.text("gemm").equalsIgnoreCase("gemm")) {
            throw version.wrong("gemm");
        }
        return plain(
                Layout.AWQ,
                4,
                group(settings.get("group_size")),
                !settings.get("zero_point").truth(true),
                0);
    }

    private static QuantizationConfig gptq(JsonValue settings) {
        int bits = bits(settings.get("bits"));
        JsonValue dynamic = settings.get("dynamic");
        // Rules with a minus name modules that are left as they are, which their tensors tell as well.
        if (dynamic.members().keySet().stream().anyMatch(rule -> !rule.startsWith("-"))) {
            throw dynamic.wrong("the same bits for all layers: rules that begin with - only");
        }
        if (settings.get("is_marlin_format").truth(false)) {
            throw settings.get("is_marlin_format").wrong("false: weights in the order of their tool");
        }
        oneOf(settings.get("pack_dtype"), "int32", "int32");
        JsonValue format = settings.first("checkpoint_format", "format");
        boolean second = oneOf(format, "gptq", "gptq", "gptq_v2").equals("gptq_v2");
        int group = group(settings.get("group_size"));
        return plain(Layout.GPTQ, bits, group, settings.get("sym").truth(true), second ? 0 : 1);
    }

    private static QuantizationConfig compressed(JsonValue settings) {
        JsonValue groups = settings.get("config_groups");
        if (groups.isNull() || groups.members().isEmpty()) {
            throw groups.wrong("an object with the scheme of the weights");
        }
        // Rotations of activations, which would have to be undone at each step.
        JsonValue transforms = settings.get("transform_config");
        if (!transforms.isNull() && !transforms.members().isEmpty()) {
            throw transforms.wrong("nothing: weights without transforms");
        }
        QuantizationConfig found = null;
        for (String name : groups.members().keySet()) {
            JsonValue group = groups.get(name);
            QuantizationConfig one = compressedGroup(group, group.first("format"), settings.get("format"));
            if (found != null && !found.equals(one)) {
                throw group.get("weights").wrong("the scheme of the other groups: weights of one kind in a model");
            }
            found = one;
        }
        return found;
    }

    private static QuantizationConfig compressedGroup(JsonValue group, JsonValue own, JsonValue whole) {
        JsonValue format = own.isNull() ? whole : own;
        String name = oneOf(format, "", "pack-quantized", "int-quantized", "naive-quantized");
        if (!group.get("output_activations").isNull()) {
            throw group.get("output_activations").wrong("null: outputs that stay numbers");
        }
        JsonValue weights = group.get("weights");
        oneOf(weights.get("type"), "", "int");
        int bits = bits(weights.get("num_bits"));
        String strategy = oneOf(weights.get("strategy"), "", "group", "channel", "tensor");
        int size = strategy.equals("group") ? group(weights.get("group_size")) : 0;
        boolean packed = name.equals("pack-quantized");
        if (!packed && bits != 8) {
            throw weights.get("num_bits").wrong("8 for format " + name);
        }
        boolean symmetric = weights.get("symmetric").truth(true);
        Activations activations = activations(group.get("input_activations"));
        if (activations != Activations.FLOAT && !(bits == 8 && size == 0 && symmetric)) {
            throw weights.wrong("symmetric int8 weights with one scale a row, for inputs in int8");
        }
        return new QuantizationConfig(
                packed ? Layout.PACKED : Layout.BYTES, bits, size, symmetric, 0, activations, Map.of());
    }

    private static Activations activations(JsonValue inputs) {
        if (inputs.isNull()) {
            return Activations.FLOAT;
        }
        oneOf(inputs.get("type"), "", "int");
        inputs.get("num_bits").integer(8, 8);
        if (!inputs.get("dynamic").truth(false)) {
            oneOf(inputs.get("strategy"), "", "tensor");
            return Activations.FIXED;
        }
        oneOf(inputs.get("strategy"), "", "token");
        if (!inputs.get("symmetric").truth(true)) {
            throw inputs.get("symmetric").wrong("true: each token has a scale and no zero point");
        }
        return Activations.PER_TOKEN;
    }

    private static QuantizationConfig modelSlim(JsonValue description) {
        Map<String, JsonValue> schemes = new LinkedHashMap<>();
        for (String name : description.members().keySet()) {
            if (name.endsWith(".weight")) {
                schemes.put(name, description.get(name));
            }
        }
        return new QuantizationConfig(Layout.MODELSLIM, 8, 0, false, 0, Activations.FLOAT, schemes);
    }

    /**
     * ModelSlim's inputs of one weight; empty for a weight that is not quantized.
     *
     * @param weight its name in the files
     */
    Optional<Activations> modelSlimScheme(String weight) {
        JsonValue scheme = schemes.get(weight);
        if (scheme == null) {
            return Optional.empty();
        }
        return switch (oneOf(scheme, "", "FLOAT", "W8A8", "W8A8_DYNAMIC", "W8A16")) {
            case "W8A8" -> Optional.of(Activations.FIXED);
            case "W8A8_DYNAMIC" -> Optional.of(Activations.PER_TOKEN);
            case "W8A16" -> Optional.of(Activations.FLOAT);
            default -> Optional.empty();
        };
    }

    /** Who quantized and how, for people. */
    String describe() {
        if (layout == Layout.MODELSLIM) {
            return "ModelSlim "
                    + String.join(
                            ", ",
                            schemes.values().stream()
                                    .map(scheme -> scheme.text(""))
                                    .filter(scheme -> !scheme.equals("FLOAT"))
                                    .distinct()
                                    .sorted()
                                    .toList());
        }
        String name = switch (layout) {
            case AWQ -> "AWQ";
            case GPTQ -> "GPTQ";
            default -> "compressed-tensors";
        };
        String inputs = switch (activations) {
            case FLOAT -> "A16";
            case PER_TOKEN -> "A8 per token";
            case FIXED -> "A8 static";
        };
        return name + " W" + bits + inputs + (groupSize > 0 ? ", groups of " + groupSize : "");
    }

    private static int bits(JsonValue value) {
        long bits = value.integer(1, 16);
        if (bits != 4 && bits != 8) {
            throw value.wrong("4 or 8");
        }
        return (int) bits;
    }

    /** A group's columns, 0 for whole rows, which files call -1. */
    private static int group(JsonValue value) {
        long size = value.integer(-1, 1 << 20);
        if (size == -1) {
            return 0;
        }
        if (size == 0 || size % GROUP_UNIT != 0) {
            throw value.wrong("-1 or a multiple of " + GROUP_UNIT + ", as CANN's operators take");
        }
        return (int) size;
    }

    private static String oneOf(JsonValue value, String absent, String... known) {
        String text = absent.isEmpty() ? value.text() : value.text(absent);
        if (!Arrays.asList(known).contains(text)) {
            throw value.wrong(known.length == 1 ? known[0] : "one of " + String.join(", ", List.of(known)));
        }
        return text;
    }
}
