package org.ascend4j.internal.pretrained;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names that transformers gives a family's tensors, as GGUF spells them. What follows the module's name (weight, bias,
 * the parts of a quantized matrix) stays as it is. Names in no table are left alone: whoever loads the model refuses what
 * it does not know.
 */
final class TensorNames {
    /** Wrappers around the decoder itself, longest first. */
    private static final List<String> PREFIXES =
            List.of("model.language_model.", "language_model.model.", "language_model.", "model.", "bert.", "roberta.");

    /** Buffers that checkpoints of older libraries carry along, and the parts of models that do not read text. */
    private static final List<String> LEFT_OUT =
            List.of("rotary_emb.inv_freq", "position_ids", "masked_bias", "vision_tower.", "multi_modal_projector.");

    private static final Map<String, String> DECODER = Map.ofEntries(
            Map.entry("embed_tokens", "token_embd"),
            Map.entry("norm", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.qkv_proj", "attn_qkv"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.gate_up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"),
            Map.entry("mlp.gate", "ffn_gate_inp"));

    /** Gemma 2 and 3 normalise before and after each part. */
    private static final Map<String, String> GEMMA = Map.of(
            "post_attention_layernorm", "post_attention_norm",
            "pre_feedforward_layernorm", "ffn_norm",
            "post_feedforward_layernorm", "post_ffw_norm");

    private static final Map<String, String> ENCODER = Map.ofEntries(
            Map.entry("embeddings.word_embeddings", "token_embd"),
            Map.entry("embeddings.position_embeddings", "position_embd"),
            Map.entry("embeddings.token_type_embeddings", "token_types"),
            Map.entry("embeddings.LayerNorm", "token_embd_norm"),
            Map.entry("pooler.dense", "cls"),
            Map.entry("classifier", "cls.output"),
            Map.entry("classifier.dense", "cls"),
            Map.entry("classifier.out_proj", "cls.output"),
            Map.entry("attention.self.query", "attn_q"),
            Map.entry("attention.self.key", "attn_k"),
            Map.entry("attention.self.value", "attn_v"),
            Map.entry("attention.output.dense", "attn_output"),
            Map.entry("attention.output.LayerNorm", "attn_output_norm"),
            Map.entry("intermediate.dense", "ffn_up"),
            Map.entry("output.dense", "ffn_down"),
            Map.entry("output.LayerNorm", "layer_output_norm"));

    /** The parts of a layer norm, as the first BERT files name them. */
    private static final Map<String, String> NORM_PARTS = Map.of(".gamma", ".weight", ".beta", ".bias");

    private static final String EXPERTS = "mlp.experts.";

    private final Map<String, String> modules;
    private final String layers;

    private TensorNames(Map<String, String> modules, String layers) {
        this.modules = modules;
        this.layers = layers;
    }

    /** The names of a family, by GGUF's name for it. */
    static TensorNames of(String architecture) {
        if (architecture.equals("bert")) {
            return new TensorNames(ENCODER, "encoder.layer.");
        }
        Map<String, String> modules = new HashMap<>(DECODER);
        if (architecture.matches("gemma[23].*")) {
            modules.putAll(GEMMA);
        }
        return new TensorNames(modules, "layers.");
    }

    /**
     * A tensor's place.
     *
     * @param name GGUF's
     * @param expert which of the experts that GGUF keeps in one tensor, -1 for other tensors
     */
    record Place(String name, int expert) {}

    /** Where a tensor of this name goes, empty if it is left out. */
    Optional<Place> translate(String name) {
        for (String part : LEFT_OUT) {
            if (part.endsWith(".") ? name.startsWith(part) || name.contains("." + part) : name.endsWith(part)) {
                return Optional.empty();
            }
        }
        String inner = name;
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                inner = name.substring(prefix.length());
                break;
            }
        }
        if (!inner.startsWith(layers)) {
            return Optional.of(new Place(module(inner, name, ""), -1));
        }
        int end = inner.indexOf('.', layers.length());
        String number = end < 0 ? "" : inner.substring(layers.length(), end);
        if (!number.matches("[0-9]{1,4}")) {
            return Optional.of(new Place(name, -1));
        }
        return Optional.of(inLayer(inner.substring(end + 1), name, "blk." + Integer.parseInt(number) + "."));
    }

    private Place inLayer(String rest, String name, String block) {
        if (!rest.startsWith(EXPERTS)) {
            return new Place(module(rest, name, block), -1);
        }
        String[] parts = rest.substring(EXPERTS.length()).split("\\.", 2);
        if (parts.length < 2 || !parts[0].matches("[0-9]{1,4}")) {
            return new Place(name, -1);
        }
        int cut = parts[1].indexOf('.');
        String module = cut < 0 ? null : modules.get("mlp." + parts[1].substring(0, cut));
        return module == null
                ? new Place(name, -1)
                : new Place(block + module + "_exps" + parts[1].substring(cut), Integer.parseInt(parts[0]));
    }

    private String module(String inner, String name, String block) {
        int dot = inner.lastIndexOf('.');
        String module = dot < 0 ? null : modules.get(inner.substring(0, dot));
        return module == null
                ? name
                : block + module + NORM_PARTS.getOrDefault(inner.substring(dot), inner.substring(dot));
    }
}
