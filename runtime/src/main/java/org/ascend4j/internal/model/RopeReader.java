package org.ascend4j.internal.model;

import static org.ascend4j.internal.model.ModelConfig.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufTensor;

/**
 * Reads the rotary embedding that a checkpoint's keys and tensors describe: linear scaling, YaRN (arXiv 2309.00071), the
 * divisors of Llama 3, and Phi's two sets of divisors for short and for long contexts (LongRoPE, arXiv 2402.13753).
 */
final class RopeReader {
    /** Families whose files are stored for neighbouring pairs; all others rotate halves. */
    private static final Set<String> PAIRED = Set.of("llama", "smollm3");

    private final Checkpoint file;
    private final ModelConfig config;
    private final String prefix;
    private final int dim;

    private RopeReader(Checkpoint file, ModelConfig config) {
        this.file = file;
        this.config = config;
        this.prefix = config.architecture() + ".rope.";
        this.dim = file.metadata().u32(prefix + "dimension_count", config.headSize());
        String expected = "an even number from 2 to " + config.headSize();
        require(file, dim >= 2 && dim % 2 == 0 && dim <= config.headSize(), prefix + "dimension_count", dim, expected);
    }

    /** The rotary embedding of a model that has one kind of it. */
    static Rope read(Checkpoint file, ModelConfig config) {
        return new RopeReader(file, config).read();
    }

    /** The base of frequencies under a key. */
    static float base(Checkpoint file, String key, float absent) {
        float base = file.metadata().f32(key, absent);
        require(file, base >= 1 && base < 1e12f, key, base, "1 to 1e12");
        return base;
    }

    private Rope read() {
        float base = base(file, prefix + "freq_base", 10_000);
        Rope rope = Rope.of(!PAIRED.contains(config.architecture()), dim, base);
        if (file.tensor("rope_freqs.weight").isPresent()) {
            rope = rope.dividedBy(divisors("rope_freqs.weight"));
        }
        String scaling = file.metadata().string(prefix + "scaling.type", "none");
        // Files of Phi say nothing of their scaling but by the divisors.
        return switch (file.tensor("rope_factors_long.weight").isPresent() ? "longrope" : scaling) {
            case "none" -> rope;
            case "linear" -> rope.slowed(number("scaling.factor", 1, 1e4f));
            case "yarn" -> yarn(rope, base);
            case "longrope" -> longRope(rope);
            default -> {
                require(file, false, prefix + "scaling.type", scaling, "none, linear, yarn or longrope");
                yield rope;
            }
        };
    }

    /** Fast pairs keep their frequency, slow ones are divided, between two pairs the share grows evenly. */
    private Rope yarn(Rope rope, float base) {
        float factor = number("scaling.factor", 1, 1e4f);
        int original = original();
        double low = Math.floor(pairOfTurns(number("scaling.yarn_beta_fast", 32), original, base));
        double high = Math.ceil(pairOfTurns(number("scaling.yarn_beta_slow", 1), original, base));
        low = Math.max(low, 0);
        high = Math.min(high, dim - 1);
        float[] divisors = new float[dim / 2];
        for (int pair = 0; pair < divisors.length; pair++) {
            double divided = Math.max(0, Math.min(1, (pair - low) / Math.max(high - low, 1e-3)));
            divisors[pair] = (float) (1 / (divided / factor + 1 - divided));
        }
        float magnitude = (float) (0.1 * Math.log(factor) + 1);
        return rope.dividedBy(divisors).withMagnitude(number("scaling.attn_factor", magnitude));
    }

    /** The (fractional) pair that turns so often within the original context. */
    private double pairOfTurns(float turns, int original, float base) {
        return dim * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }

    private Rope longRope(Rope rope) {
        int original = original();
        double factor = (double) config.contextLength() / original;
        float magnitude = factor <= 1 ? 1 : (float) Math.sqrt(1 + Math.log(factor) / Math.log(original));
        Rope scaled = rope.withMagnitude(number("scaling.attn_factor", magnitude));
        return scaled.dividedBy(divisors("rope_factors_short.weight"))
                .until(original, scaled.dividedBy(divisors("rope_factors_long.weight")));
    }

    private int original() {
        String key = prefix + "scaling.original_context_length";
        int original = file.metadata().u32(key, config.contextLength());
        require(file, original >= 2, key, original, "2 or more");
        return original;
    }

    private float number(String name, float absent) {
        return file.metadata().has(prefix + name) ? number(name, 1e-3f, 1e4f) : absent;
    }

    private float number(String name, float least, float greatest) {
        float value = file.metadata().f32(prefix + name);
        require(file, value >= least && value <= greatest, prefix + name, value, least + " to " + greatest);
        return value;
    }

    private float[] divisors(String name) {
        GgufTensor tensor = file.requireTensor(name);
        require(
                file,
                tensor.type() == GgmlType.F32 && Arrays.equals(tensor.shape(), new long[] {dim / 2}),
                "tensor " + name,
                tensor.type() + " " + Arrays.toString(tensor.shape()),
                "F32 [" + dim / 2 + "]");
        ByteBuffer bytes = ByteBuffer.allocate(dim / 2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, 0, bytes);
        float[] divisors = new float[dim / 2];
        bytes.flip().asFloatBuffer().get(divisors);
        for (float divisor : divisors) {
            require(file, divisor >= 1e-3f && divisor <= 1e6f, "tensor " + name, divisor, "numbers from 0.001 to 1e6");
        }
        return divisors;
    }
}
