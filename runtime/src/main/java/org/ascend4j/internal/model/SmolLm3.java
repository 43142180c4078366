package org.ascend4j.internal.model;

import static org.ascend4j.internal.model.ModelConfig.require;

import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;

/** SmolLM3: as Llama, but every fourth layer has no positions. */
final class SmolLm3 {
    private static final String KEY = "smollm3.rope.layers";
    private static final int PERIOD = 4;

    private SmolLm3() {}

    /** Which layers rotate: as the file lists them, else all but every fourth. */
    static ModelConfig configure(ModelConfig config, Checkpoint file) {
        GgufMetadata metadata = file.metadata();
        boolean[] listed = metadata.has(KEY) ? metadata.boolArray(KEY) : null;
        require(
                file,
                listed == null || listed.length == config.layers(),
                KEY,
                listed == null ? 0 : listed.length + " values",
                "one for each of " + config.layers() + " layers");
        int[] ropes = new int[config.layers()];
        for (int layer = 0; layer < ropes.length; layer++) {
            boolean rotates = listed != null ? listed[layer] : (layer + 1) % PERIOD != 0;
            ropes[layer] = rotates ? 0 : AttentionConfig.NO_ROPE;
        }
        return config.withAttention(
                config.attention().rotating(config.attention().ropes(), ropes));
    }
}
