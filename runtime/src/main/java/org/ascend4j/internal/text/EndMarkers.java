package org.ascend4j.internal.text;

import java.util.Set;

/** Tokens that end an answer, by the names that model families give them. */
public final class EndMarkers {
    public static final Set<String> NAMES = Set.of(
            "<|im_end|>",
            "<|endoftext|>",
            "<|eot_id|>",
            "<|eom_id|>",
            "<|end|>",
            "<|end_of_text|>",
            "<|return|>",
            "<|call|>",
            "<end_of_turn>",
            "<end_of_utterance>",
            "<EOT>",
            "<\uFF5Cend\u2581of\u2581sentence\uFF5C>");

    private EndMarkers() {}
}
