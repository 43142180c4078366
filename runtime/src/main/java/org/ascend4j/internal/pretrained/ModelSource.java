package org.ascend4j.internal.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.Tokenizer;

/** A model on disk, whatever its layout: a GGUF file, or a folder with {@code config.json} and safetensors weights. */
public final class ModelSource implements AutoCloseable {
    private static final long MAX_CONFIG_BYTES = 4L << 20;

    private final Checkpoint checkpoint;
    private final Path folder;

    private ModelSource(Checkpoint checkpoint, Path folder) {
        this.checkpoint = checkpoint;
        this.folder = folder;
    }

    /**
     * Opens a model; reads and checks what stands in front of its weights.
     *
     * @throws ModelFormatException naming the file and the position or field that is wrong
     */
    public static ModelSource open(Path model) {
        return Files.isDirectory(model)
                ? new ModelSource(PretrainedFolder.open(model), model)
                : new ModelSource(GgufFile.open(model), null);
    }

    /** Settings and weights. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** The name that the model gives itself, else that of its file. */
    public String name() {
        Path last = checkpoint.path().getFileName();
        return checkpoint.metadata().string("general.name", last == null ? "model" : last.toString());
    }

    /** GGUF or safetensors. */
    public String format() {
        return folder == null ? "GGUF" : "safetensors";
    }

    /** What the weights of a folder were quantized with, if they were. */
    public Optional<String> quantization() {
        return checkpoint instanceof PretrainedFolder pretrained ? pretrained.quantization() : Optional.empty();
    }

    /** @throws ModelFormatException if the weights are quantized in a way that is not known */
    public void requireKnownQuantization() {
        if (checkpoint instanceof PretrainedFolder pretrained && !pretrained.knowsQuantization()) {
            throw new ModelFormatException(checkpoint.path() + ": " + FolderConfig.FILE
                    + ": quantization_config.quant_method: found "
                    + quantization().orElse("nothing")
                    + ", expected one of awq, gptq, compressed-tensors, or ModelSlim's "
                    + QuantizationConfig.DESCRIPTION);
        }
    }

    /** The vocabulary; takes as long as reading weights does. */
    public Tokenizer tokenizer() {
        if (folder == null) {
            return GgufVocabularies.tokenizer(checkpoint);
        }
        int rows = checkpoint
                .tensor("token_embd.weight")
                .map(tensor -> tensor.shape())
                .filter(shape -> shape.length == 2 && shape[1] <= Integer.MAX_VALUE)
                .map(shape -> (int) shape[1])
                .orElse(0);
        return new TokenizerFiles(folder)
                .tokenizer(((PretrainedFolder) checkpoint).config(), rows, generationDefaults());
    }

    /** The source of the model's own chat template, if it has one. */
    public Optional<String> chatTemplate() {
        return folder == null ? GgufVocabularies.chatTemplate(checkpoint) : new TokenizerFiles(folder).chatTemplate();
    }

    /** How its makers would have it sampled. */
    public GenerationDefaults generationDefaults() {
        return folder == null ? GenerationDefaults.NONE : GenerationDefaults.read(folder);
    }

    /** How its makers would have texts embedded. */
    public SentenceSettings sentenceSettings() {
        return folder == null ? SentenceSettings.of(checkpoint.metadata()) : SentenceSettings.read(folder);
    }

    /**
     * Whether the scores of a cross-encoder are its logits brought between 0 and 1 by the sigmoid, as sentence-transformers
     * has it for one label where the folder does not say otherwise.
     */
    public boolean scoresBySigmoid() {
        if (!(checkpoint instanceof PretrainedFolder pretrained)) {
            return true;
        }
        JsonValue root = pretrained.config();
        JsonValue newer = root.get("sentence_transformers").get("activation_fn");
        JsonValue named = newer.isNull() ? root.get("sbert_ce_default_activation_function") : newer;
        String name = named.text("Sigmoid");
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Sigmoid" -> true;
            case "Identity" -> false;
            default -> throw named.wrong("Sigmoid or Identity");
        };
    }

    /** A model's text side alone. */
    public record Text(Tokenizer tokenizer, Optional<String> chatTemplate) {}

    /** Reads the text side of a model; a folder may lack everything else. */
    public static Text text(Path model) {
        if (!Files.isDirectory(model)) {
            try (ModelSource source = open(model)) {
                return new Text(source.tokenizer(), source.chatTemplate());
            }
        }
        Path file = model.resolve(FolderConfig.FILE);
        JsonValue config = Files.exists(file)
                ? JsonDocument.read(file, MAX_CONFIG_BYTES)
                : new JsonValue(file.toString(), "", null);
        int rows = (int) config.get("vocab_size").integer(0, 1 << 24, 0);
        TokenizerFiles files = new TokenizerFiles(model);
        return new Text(files.tokenizer(config, rows, GenerationDefaults.read(model)), files.chatTemplate());
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
