package org.ascend4j.internal.model;

import static org.ascend4j.internal.model.ModelConfig.require;

import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;

/** Reads which layers see a window only, and how wide it is. */
final class WindowReader {
    private WindowReader() {}

    /**
     * For each layer the keys that its queries see. Which layers have the window a file says by a truth value a layer, by
     * a period of which the last sees all, or by the first layer that has it.
     *
     * @param period of families whose files do not say; 1 gives the window to every layer
     */
    static int[] read(Checkpoint file, ModelConfig config, int period) {
        GgufMetadata metadata = file.metadata();
        String prefix = config.architecture() + ".attention.sliding_window";
        int[] windows = new int[config.layers()];
        if (!metadata.has(prefix) || metadata.u32(prefix) == 0) {
            return windows;
        }
        int window = ModelConfig.within(file, prefix, 1, 1 << 30);
        boolean[] listed = metadata.isArray(prefix + "_pattern") ? metadata.boolArray(prefix + "_pattern") : null;
        require(
                file,
                listed == null || listed.length == config.layers(),
                prefix + "_pattern",
                listed == null ? 0 : listed.length + " values",
                "one for each of " + config.layers() + " layers");
        int every = metadata.u32(prefix + "_period", listed == null ? metadata.u32(prefix + "_pattern", period) : 1);
        require(file, every >= 1, prefix + "_period", every, "1 or more");
        int first = metadata.u32(prefix + "_first_layer", 0);
        for (int layer = 0; layer < windows.length; layer++) {
            boolean seesAll = listed != null ? !listed[layer] : every > 1 && (layer + 1) % every == 0;
            windows[layer] = seesAll || layer < first ? AttentionConfig.ALL_KEYS : window;
        }
        return windows;
    }
}
