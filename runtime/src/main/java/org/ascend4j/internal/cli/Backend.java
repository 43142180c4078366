package org.ascend4j.internal.cli;

import java.nio.file.Path;
import org.ascend4j.Embedder;
import org.ascend4j.LlmOptions;
import org.ascend4j.LoadProgress;
import org.ascend4j.Reranker;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.Verdict;

/** What the commands drive: the library's public API, seen through as little as they need. */
interface Backend {
    /** Opens a model on its device. */
    Session open(Path model, LlmOptions options, LoadProgress progress);

    /** Opens a model for vectors. */
    Embedder embedder(Path model, LlmOptions options, LoadProgress progress);

    /** Opens a cross-encoder. */
    Reranker reranker(Path model, LlmOptions options);

    /** Reads a model's vocabulary; opens no device and loads no weight. */
    TextEncoder encoder(Path model);

    /** Opens the device, uses it and closes it. */
    DeviceTrial tryDevice(LlmOptions options);

    /** What the guard says of this host; nothing native is touched. */
    Verdict check(GuardMode mode);

    /** Turns text into token ids. */
    interface TextEncoder {
        /** @param special whether markers of special tokens are read as such */
        int[] encode(String text, boolean special);
    }
}
