package org.ascend4j.internal.pretrained;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * A folder's {@code config.json}, translated into the keys that a GGUF file of the same model has. The values are data:
 * code that a configuration points to ({@code auto_map}) is passed over, and a family without a class of ours is refused
 * by name further up.
 */
final class FolderConfig {
    static final String FILE = "config.json";
    private static final long MAX_BYTES = 4L << 20;
    private static final long MOST = Integer.MAX_VALUE;

    /** {@code model_type} in transformers to {@code general.architecture} in GGUF, where they differ. */
    private static final Map<String, String> FAMILIES = Map.of(
            "mistral", "llama",
            "qwen3_moe", "qwen3moe",
            "roberta", "bert",
            "xlm-roberta", "bert",
            "gemma3_text", "gemma3");

    private static final Map<String, String> ACTIVATIONS = Map.of(
            "gemma", "gelu_pytorch_tanh",
            "gemma2", "gelu_pytorch_tanh",
            "gemma3", "gelu_pytorch_tanh",
            "bert", "gelu");

    private final JsonValue root;
    private final JsonValue config;
    private final String architecture;
    private final Map<String, Object> keys = new LinkedHashMap<>();

    private FolderConfig(JsonValue root) {
        this.root = root;
        // Models that also see images keep the decoder's sizes one level down.
        this.config = root.has("text_config") ? root.get("text_config") : root;
        String type =
                (config.has("model_type") ? config : root).get("model_type").text();
        this.architecture = FAMILIES.getOrDefault(type, type);
    }

    static FolderConfig read(Path folder) {
        return new FolderConfig(JsonDocument.read(folder.resolve(FILE), MAX_BYTES));
    }

    /** GGUF's name for the family; transformers' own if GGUF has none that is known here. */
    String architecture() {
        return architecture;
    }

    /** The file as it is. */
    JsonValue root() {
        return root;
    }

    int heads() {
        return (int) config.get("num_attention_heads").integer(1, MOST);
    }

    int kvHeads() {
        return (int) config.get("num_key_value_heads").integer(1, MOST, heads());
    }

    /** Whether the head is the embedding, whatever else the files hold. */
    boolean tied() {
        return config.first("tie_word_embeddings")
                .truth(root.get("tie_word_embeddings").truth(false));
    }

    /** What the weights were quantized with, if they were. */
    Optional<String> quantization() {
        JsonValue found = root.has("quantization_config") ? root : config;
        return found.has("quantization_config")
                ? Optional.of(
                        found.get("quantization_config").get("quant_method").text("unnamed"))
                : Optional.empty();
    }

    /** The settings under GGUF's keys. */
    GgufMetadata metadata(Path folder) {
        keys.put("general.architecture", architecture);
        keys.put(
                "general.name",
                folder.toAbsolutePath().normalize().getFileName().toString());
        quantization().ifPresent(method -> keys.put("quantization.method", method));
        sizes();
        if (architecture.equals("bert")) {
            encoder();
        } else {
            decoder();
        }
        return new GgufMetadata(config.file(), keys);
    }

    private void sizes() {
        count("block_count", config.get("num_hidden_layers"));
        count("embedding_length", config.get("hidden_size"));
        count("feed_forward_length", config.get("intermediate_size"));
        count("attention.head_count", config.get("num_attention_heads"));
        count("attention.head_count_kv", config.get("num_key_value_heads"));
        count("context_length", config.get("max_position_embeddings"));
        count("vocab_size", config.get("vocab_size"));
        JsonValue activation = config.first("hidden_activation", "hidden_act");
        String expected = ACTIVATIONS.getOrDefault(architecture, "silu");
        if (!activation.text(expected).equals(expected)) {
            throw activation.wrong(expected + ", the only one that is known for " + architecture);
        }
    }

    private void encoder() {
        number("attention.layer_norm_epsilon", config.get("layer_norm_eps"));
        key("attention.causal", false);
        count("token_type_count", config.get("type_vocab_size"));
        if (root.get("model_type").text("").endsWith("roberta")) {
            // Positions are counted from behind the padding token's.
            key("position_offset", 1 + config.get("pad_token_id").integer(0, 1 << 10, 1));
        }
        JsonValue positions = config.get("position_embedding_type");
        if (!positions.text("absolute").equals("absolute")) {
            throw positions.wrong("absolute");
        }
    }

    private void decoder() {
        refuseSightBothWays();
        number("attention.layer_norm_rms_epsilon", config.get("rms_norm_eps"));
        count("attention.key_length", config.get("head_dim"));
        count("attention.value_length", config.get("head_dim"));
        number("attn_logit_softcapping", config.get("attn_logit_softcapping"));
        number("final_logit_softcapping", config.get("final_logit_softcapping"));
        if (config.has("query_pre_attn_scalar")) {
            key("attention.scale", (float)
                    (1 / Math.sqrt(config.get("query_pre_attn_scalar").number())));
        }
        window();
        positions();
        experts();
        new RopeConfig(config, this::key).translate();
    }

    /** Decoders that were trained on into encoders would give other vectors by a causal mask. */
    private void refuseSightBothWays() {
        JsonValue bothWays = config.get("use_bidirectional_attention");
        if (bothWays.truth(false)) {
            throw bothWays.wrong("false: tokens of a decoder see those before them only");
        }
        JsonValue causal = config.get("is_causal");
        if (!causal.truth(true)) {
            throw causal.wrong("true: tokens of a decoder see those before them only");
        }
    }

    private void window() {
        JsonValue window = config.get("sliding_window");
        if (window.isNull() || !config.get("use_sliding_window").truth(!architecture.startsWith("qwen"))) {
            return;
        }
        count("attention.sliding_window", window);
        List<JsonValue> kinds = config.get("layer_types").items();
        if (!kinds.isEmpty()) {
            boolean[] windowed = new boolean[kinds.size()];
            for (int layer = 0; layer < windowed.length; layer++) {
                windowed[layer] = kinds.get(layer).text().equals("sliding_attention");
            }
            key("attention.sliding_window_pattern", windowed);
        } else if (config.has("sliding_window_pattern")) {
            count("attention.sliding_window_period", config.get("sliding_window_pattern"));
        } else if (architecture.startsWith("qwen")) {
            count("attention.sliding_window_first_layer", config.get("max_window_layers"));
        }
    }

    /** Layers that know positions, where some do not. */
    private void positions() {
        List<JsonValue> layers = config.get("no_rope_layers").items();
        if (layers.isEmpty()) {
            return;
        }
        boolean[] rotates = new boolean[layers.size()];
        for (int layer = 0; layer < rotates.length; layer++) {
            rotates[layer] = layers.get(layer).integer(0, 1) == 1;
        }
        key("rope.layers", rotates);
    }

    private void experts() {
        JsonValue count = config.first("num_experts", "num_local_experts");
        if (count.isNull()) {
            return;
        }
        count("expert_count", count);
        count("expert_used_count", config.get("num_experts_per_tok"));
        count("expert_feed_forward_length", config.first("moe_intermediate_size", "intermediate_size"));
        key("expert_weights_norm", config.get("norm_topk_prob").truth(true));
        if (config.get("decoder_sparse_step").integer(1, MOST, 1) != 1) {
            throw config.get("decoder_sparse_step").wrong("1: experts in every layer");
        }
        if (!config.get("mlp_only_layers").list().isEmpty()) {
            throw config.get("mlp_only_layers").wrong("an empty array: experts in every layer");
        }
    }

    private void count(String name, JsonValue value) {
        if (!value.isNull()) {
            key(name, value.integer(0, MOST));
        }
    }

    private void number(String name, JsonValue value) {
        if (!value.isNull()) {
            key(name, (float) value.number());
        }
    }

    private void key(String name, Object value) {
        keys.put(architecture + "." + name, value);
    }

    /** Divisors of the rotary frequencies, which GGUF keeps as tensors; by tensor name, empty for most models. */
    Map<String, float[]> ropeFactors() {
        return new RopeConfig(config, (name, value) -> {}).factors();
    }
}
