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
import org.ascend4j.internal.model.EncoderPlan;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.pretrained.SentenceSettings;
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
 * @param encoder what an encoder gives; empty for what generates
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
        Optional<EncoderUse> encoder,
        Map<String, String> obstacles) {

    /**
     * What an encoder gives.
     *
     * @param pooling how the vectors of a text's tokens become one
     * @param normalized whether that has length 1
     * @param mostTokens texts are cut to so many
     * @param labels of its classifier, 0 if it has none
     */
    record EncoderUse(String pooling, boolean normalized, int mostTokens, int labels) {
        static EncoderUse of(ModelSource source, EncoderPlan plan) {
            SentenceSettings settings = source.sentenceSettings();
            int context = plan.config().contextLength();
            return new EncoderUse(
                    settings.pooling().orElse("mean"),
                    settings.normalize().orElse(true),
                    Math.min(context, settings.maxTokens().orElse(context)),
                    EncoderPlan.classifies(source.checkpoint())
                            ? EncoderPlan.classifying(source.checkpoint()).labels()
                            : 0);
        }
    }

    /** A half of what the weights leave free is for keys and values. */
    private static final int KV_SHARE = 2;

    /**
     * @param type of activations
     * @param rounding of weights on load
     * @param int8Cache whether keys and values are cached in int8 instead of {@code type}
     */
    static Inspection of(Path model, DataType type, LoadRounding rounding, boolean int8Cache) {
        try (ModelSource source = ModelSource.open(model)) {
            Checkpoint file = source.checkpoint();
            Map<String, String> obstacles = new TreeMap<>();
            boolean encodes = EncoderPlan.encodes(file);
            Optional<ModelConfig> config = attempt(
                    "architecture",
                    obstacles,
                    () -> encodes
                            ? EncoderPlan.embedding(file).config()
                            : ModelRegistry.plan(file).config());
            DataType cached = int8Cache ? DataType.INT8 : type;
            config.filter(sizes -> !encodes)
                    .ifPresent(sizes -> attempt("cache", obstacles, () -> {
                        sizes.requireCacheType(type, cached);
                        return true;
                    }));
            Optional<EncoderUse> use = encodes && config.isPresent()
                    ? attempt("pooling", obstacles, () -> EncoderUse.of(source, EncoderPlan.embedding(file)))
                    : Optional.empty();
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
                    config.filter(sizes -> !encodes)
                            .map(sizes -> sizes.cachedTokenBytes(cached))
                            .orElse(0L),
                    tokens,
                    template,
                    use,
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
