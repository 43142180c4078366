package org.ascend4j.internal.pretrained;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.ascend4j.internal.json.JsonValue;

/**
 * The rotary part of a configuration. Llama 3's scaling (Llama 3.1 model card and transformers' definition of
 * {@code rope_type: llama3}) and Phi's long factors are divisors of frequencies, which GGUF keeps as tensors.
 */
final class RopeConfig {
    private static final int MOST_FREQUENCIES = 4096;

    private final JsonValue config;
    private final JsonValue scaling;
    private final BiConsumer<String, Object> keys;

    RopeConfig(JsonValue config, BiConsumer<String, Object> keys) {
        this.config = config;
        this.keys = keys;
        JsonValue parameters = config.get("rope_parameters");
        // Models with two kinds of layers have a set of parameters for each kind.
        this.scaling = parameters.isNull()
                ? config.get("rope_scaling")
                : parameters.has("full_attention") ? parameters.get("full_attention") : parameters;
    }

    void translate() {
        put("rope.freq_base", config.has("rope_theta") ? config.get("rope_theta") : scaling.get("rope_theta"));
        put("rope.local.freq_base", local());
        if (config.has("partial_rotary_factor") || scaling.has("partial_rotary_factor")) {
            keys.accept("rope.dimension_count", (long) rotaryDim());
        }
        if (scaling.has("original_max_position_embeddings") || config.has("original_max_position_embeddings")) {
            keys.accept("rope.scaling.original_context_length", original());
        }
        String type = type();
        // What is left of these is in the tensors of factors.
        keys.accept("rope.scaling.type", type.equals("llama3") || type.equals("default") ? "none" : type);
        if (!type.equals("llama3")) {
            put("rope.scaling.factor", scaling.get("factor"));
        }
        put("rope.scaling.attn_factor", scaling.get("attention_factor"));
        put("rope.scaling.yarn_beta_fast", scaling.get("beta_fast"));
        put("rope.scaling.yarn_beta_slow", scaling.get("beta_slow"));
    }

    private JsonValue local() {
        JsonValue parameters = config.get("rope_parameters");
        return parameters.has("sliding_attention")
                ? parameters.get("sliding_attention").get("rope_theta")
                : config.get("rope_local_base_freq");
    }

    private String type() {
        String type = scaling.isNull()
                ? "default"
                : scaling.first("rope_type", "type").text("default");
        return type.equals("su") ? "longrope" : type;
    }

    private long original() {
        JsonValue found = scaling.has("original_max_position_embeddings") ? scaling : config;
        return found.get("original_max_position_embeddings").integer(1, Integer.MAX_VALUE);
    }

    private int headSize() {
        long hidden = config.get("hidden_size").integer(1, 1 << 20);
        long heads = config.get("num_attention_heads").integer(1, 1 << 16);
        return (int) config.get("head_dim").integer(2, 2 * MOST_FREQUENCIES, hidden / heads);
    }

    private int rotaryDim() {
        JsonValue found = config.has("partial_rotary_factor") ? config : scaling;
        JsonValue partial = found.get("partial_rotary_factor");
        double part = partial.number(1);
        if (!(part > 0 && part <= 1)) {
            throw partial.wrong("a number above 0, at most 1");
        }
        return (int) (headSize() * part);
    }

    Map<String, float[]> factors() {
        Map<String, float[]> found = new HashMap<>();
        switch (type()) {
            case "llama3" -> found.put("rope_freqs.weight", llama3());
            case "longrope" -> {
                found.put("rope_factors_long.weight", list("long_factor"));
                found.put("rope_factors_short.weight", list("short_factor"));
            }
            default -> {}
        }
        return found;
    }

    private float[] list(String name) {
        List<JsonValue> items = scaling.get(name).items();
        if (items.isEmpty() || items.size() > MOST_FREQUENCIES) {
            throw scaling.get(name).wrong("1 to " + MOST_FREQUENCIES + " numbers");
        }
        float[] values = new float[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) items.get(i).number();
        }
        return values;
    }

    /** Fast frequencies stay, slow ones are divided by the factor, those between go over smoothly. */
    private float[] llama3() {
        double factor = scaling.get("factor").number();
        double low = scaling.get("low_freq_factor").number(1);
        double high = scaling.get("high_freq_factor").number(4);
        if (!(high > low)) {
            throw scaling.get("high_freq_factor").wrong("more than low_freq_factor " + low);
        }
        double base =
                (config.has("rope_theta") ? config : scaling).get("rope_theta").number(10_000);
        int dim = rotaryDim();
        float[] divisors = new float[dim / 2];
        for (int pair = 0; pair < divisors.length; pair++) {
            double wavelength = 2 * Math.PI * Math.pow(base, 2.0 * pair / dim);
            double smooth = (original() / wavelength - low) / (high - low);
            double kept = Math.max(0, Math.min(1, smooth));
            divisors[pair] = (float) (1 / ((1 - kept) / factor + kept));
        }
        return divisors;
    }

    private void put(String name, JsonValue value) {
        if (!value.isNull()) {
            keys.accept(name, (float) value.number());
        }
    }
}
