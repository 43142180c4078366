package org.ascend4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.device.StackCheck;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.weight.LoadRounding;

/**
 * Puts the model of a file on its device, each time it is asked to: first from the file as it was opened, after sleep from
 * the file as it is then, which must be the same.
 */
final class ModelLoader implements Supplier<Model> {
    private final Path path;
    private final ModelRegistry.Plan plan;
    private final StackCheck.Result stack;
    private final LlmOptions options;
    private final LoadProgress progress;
    private final List<FileState> states;
    private Checkpoint file;

    /** What tells one version of a file from another. */
    private record FileState(String name, long size, FileTime modified) {}

    /** @param file open until the first model is */
    ModelLoader(
            Checkpoint file,
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
        this.states = states(path);
    }

    /** The file's state, or those of the files of a folder. */
    private static List<FileState> states(Path path) {
        try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
            List<FileState> found = new ArrayList<>();
            for (Path each : files.sorted().toList()) {
                BasicFileAttributes attributes = Files.readAttributes(each, BasicFileAttributes.class);
                found.add(
                        new FileState(each.getFileName().toString(), attributes.size(), attributes.lastModifiedTime()));
            }
            return found;
        } catch (IOException e) {
            throw new AscendException(path + ": the model cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Model get() {
        if (file != null) {
            Checkpoint first = file;
            file = null;
            return load(first);
        }
        List<FileState> found = states(path);
        if (!found.equals(states)) {
            throw new ModelFormatException(
                    path + ": found " + found + ", expected what was opened, " + states + "; open the model anew");
        }
        try (ModelSource again = ModelSource.open(path)) {
            return load(again.checkpoint());
        }
    }

    private Model load(Checkpoint from) {
        DataType type = dataType(options.dtype());
        LoadSettings settings = new LoadSettings(
                type,
                options.precision() == Precision.FAST,
                threads(options),
                options.maxSequences(),
                options.maxBatchTokens(),
                contextLength(options, plan.config()),
                options.blockSize(),
                options.kvTokens(),
                LoadRounding.valueOf(options.quantize().name()),
                options.kvCacheDtype() == KvCacheDtype.INT8 ? DataType.INT8 : type);
        long total = storedBytes(from);
        return placed(() -> ModelRegistry.open(
                from,
                plan,
                () -> DeviceSession.open(stack.device(), options.threads(), options.stepTimeout()),
                settings,
                loaded -> progress.loaded(loaded, total)));
    }

    /** Bytes of all tensors in a file. */
    static long storedBytes(Checkpoint file) {
        return file.tensors().stream().mapToLong(tensor -> tensor.byteSize()).sum();
    }

    /** Threads that load weights. */
    static int threads(LlmOptions options) {
        return options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    }

    /** What a load gives; a device that refuses it is told of in the user's terms. */
    static <T> T placed(Supplier<T> load) {
        try {
            return load.get();
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

    static DataType dataType(DType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT;
            case AUTO, FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BF16;
        };
    }
}
