package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.template.ChatTemplate;
import org.ascend4j.internal.weight.LoadRounding;
import org.ascend4j.internal.weight.WeightFormats;

/**
 * What a model is and what it will need, told by its files' headers: no weight is read and no device is opened.
 *
 * @param config its sizes; empty if they cannot be run
 * @param parameters elements of all tensors
 * @param fileBytes bytes of all tensors as they are stored, by format
 * @param weightBytes bytes of the weights on a device, about
 * @param kvTokenBytes bytes of keys and values of one token; 0 without sizes
 * @param vocabulary token ids, 0 if there is no tokenizer that can be used
 * @param chatTemplate whether there is one that can be used
 * @param obstacles why it will not run, empty if it will
 */
record Inspection(
        String name,
        String format,
        String architecture,
        Optional<ModelConfig> config,
        Optional<String> quantization,
        long parameters,
        Map<GgmlType, Long> fileBytes,
        DataType type,
        long weightBytes,
        long kvTokenBytes,
        int vocabulary,
        boolean chatTemplate,
        Map<String, String> obstacles) {

    /** A half of what the weights leave free is for keys and values. */
    private static final int KV_SHARE = 2;

    /**
     * @param type of activations and of the cache
     * @param rounding of weights on load
     */
    static Inspection of(Path model, DataType type, LoadRounding rounding) {
        try (ModelSource source = ModelSource.open(model)) {
            Checkpoint file = source.checkpoint();
            Map<String, String> obstacles = new TreeMap<>();
            Optional<ModelConfig> config = attempt(
                    "architecture", obstacles, () -> ModelRegistry.plan(file).config());
            attempt("quantization", obstacles, () -> {
                source.requireKnownQuantization();
                WeightFormats.requireSupported(file);
                return true;
            });
            int tokens = attempt(
                            "tokenizer", obstacles, () -> source.tokenizer().vocabularySize())
                    .orElse(0);
            boolean template = attempt(
                            "chat template",
                            obstacles,
                            () -> source.chatTemplate()
                                    .map(ChatTemplate::compile)
                                    .isPresent())
                    .orElse(false);
            return new Inspection(
                    source.name(),
                    source.format(),
                    file.metadata().string("general.architecture", "unknown"),
                    config,
                    source.quantization(),
                    file.tensors().stream().mapToLong(GgufTensor::elements).sum(),
                    WeightFormats.bytes(file),
                    type,
                    WeightFormats.deviceBytes(file, type, rounding),
                    config.map(sizes -> type.bytes(2L * sizes.layers() * sizes.kvSize()))
                            .orElse(0L),
                    tokens,
                    template,
                    obstacles);
        }
    }

    private static <T> Optional<T> attempt(String what, Map<String, String> obstacles, Supplier<T> step) {
        try {
            return Optional.of(step.get());
        } catch (AscendException refused) {
            obstacles.put(what, refused.getMessage());
            return Optional.empty();
        }
    }

    boolean runs() {
        return obstacles.isEmpty();
    }

    /** Bytes of all tensors as they are stored. */
    long storedBytes() {
        return fileBytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Tokens of keys and values that fit beside the weights into so much memory. */
    long tokensThatFit(long memory) {
        return kvTokenBytes == 0 ? 0 : Math.max(0, (memory - weightBytes) / KV_SHARE / kvTokenBytes);
    }
}
