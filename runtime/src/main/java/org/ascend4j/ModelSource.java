package org.ascend4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.device.StackCheck;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.ModelRegistry;

/**
 * Puts the model of a file on its device, each time it is asked to: first from the file as it was opened, after sleep from
 * the file as it is then, which must be the same.
 */
final class ModelSource implements Supplier<Model> {
    private final Path path;
    private final ModelRegistry.Plan plan;
    private final StackCheck.Result stack;
    private final LlmOptions options;
    private final LoadProgress progress;
    private final FileTime modified;
    private final long size;
    private GgufFile file;

    /** @param file open until the first model is */
    ModelSource(
            GgufFile file,
            ModelRegistry.Plan plan,
            StackCheck.Result stack,
            LlmOptions options,
            LoadProgress progress) {
        this.path = file.path().toAbsolutePath();
        this.plan = plan;
        this.stack = stack;
        this.options = options;
        this.progress = progress;
        this.file = file;
        BasicFileAttributes found = attributes(path);
        this.modified = found.lastModifiedTime();
        this.size = found.size();
    }

    private static BasicFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            throw new AscendException(path + ": the model file cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Model get() {
        if (file != null) {
            GgufFile first = file;
            file = null;
            return load(first);
        }
        BasicFileAttributes found = attributes(path);
        if (found.size() != size || !found.lastModifiedTime().equals(modified)) {
            throw new ModelFormatException(path + ": found a file of " + found.size() + " bytes of "
                    + found.lastModifiedTime() + ", expected the one that was opened, " + size + " bytes of " + modified
                    + "; open the model anew");
        }
        try (GgufFile again = GgufFile.open(path)) {
            return load(again);
        }
    }

    private Model load(GgufFile from) {
        LoadSettings settings = new LoadSettings(
                dataType(options.dtype()),
                options.precision() == Precision.FAST,
                options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors(),
                options.maxSequences(),
                options.maxBatchTokens(),
                contextLength(options, plan.config()),
                options.blockSize(),
                options.kvTokens());
        long total =
                from.tensors().stream().mapToLong(tensor -> tensor.byteSize()).sum();
        try {
            return ModelRegistry.open(
                    from,
                    plan,
                    () -> DeviceSession.open(stack.device(), options.threads(), options.stepTimeout()),
                    settings,
                    loaded -> progress.loaded(loaded, total));
        } catch (AclException e) {
            throw new AscendException("the model could not be put on the device: " + e.getMessage(), e);
        }
    }

    /** Most tokens of one sequence, as asked for or as the model has it. */
    static int contextLength(LlmOptions options, ModelConfig config) {
        if (options.contextLength() > config.contextLength()) {
            throw new InvalidRequestException(
                    "context-length",
                    "found " + options.contextLength() + ", expected at most the model's " + config.contextLength());
        }
        return options.contextLength() > 0 ? options.contextLength() : config.contextLength();
    }

    private static DataType dataType(DType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT;
            case AUTO, FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BF16;
        };
    }
}
