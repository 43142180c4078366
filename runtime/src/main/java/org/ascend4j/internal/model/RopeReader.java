package org.ascend4j.internal.model;

import static org.ascend4j.internal.model.ModelConfig.require;

import java.util.Set;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;

/** Reads the rotary embedding that a checkpoint's keys describe. */
final class RopeReader {
    /** Families whose files are stored for neighbouring pairs; all others rotate halves. */
    private static final Set<String> PAIRED = Set.of("llama");

    private RopeReader() {}

    /** The rotary embedding of a model that has one kind of it. */
    static Rope read(Checkpoint file, ModelConfig config) {
        String prefix = config.architecture() + ".";
        GgufMetadata metadata = file.metadata();
        int dim = metadata.u32(prefix + "rope.dimension_count", config.headSize());
        require(
                file,
                dim >= 2 && dim % 2 == 0 && dim <= config.headSize(),
                prefix + "rope.dimension_count",
                dim,
                "an even number from 2 to " + config.headSize());
        Rope rope =
                Rope.of(!PAIRED.contains(config.architecture()), dim, base(file, prefix + "rope.freq_base", 10_000));
        String scaling = metadata.string(prefix + "rope.scaling.type", "none");
        return switch (scaling) {
            case "none" -> rope;
            case "linear" -> rope.slowed(factor(file, prefix + "rope.scaling.factor"));
            default -> {
                require(file, false, prefix + "rope.scaling.type", scaling, "none or linear");
                yield rope;
            }
        };
    }

    /** The base of frequencies under a key. */
    static float base(Checkpoint file, String key, float absent) {
        float base = file.metadata().f32(key, absent);
        require(file, base >= 1 && base < 1e12f, key, base, "1 to 1e12");
        return base;
    }

    private static float factor(Checkpoint file, String key) {
        float factor = file.metadata().f32(key);
        require(file, factor >= 1 && factor <= 1e4f, key, factor, "1 to 10000");
        return factor;
    }
}
