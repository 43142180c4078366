package org.ascend4j.internal.model;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.pretrained.AdapterTargets;

/** The architectures that can be run, by the names that files give them. */
public final class ModelRegistry {
    /** What a family adds to the sizes that all have, and what builds it. */
    private record Family(
            BiFunction<ModelConfig, Checkpoint, ModelConfig> configure,
            Function<Checkpoint, ArchitectureFactory> factory) {
        /** A family whose files say nothing that others do not. */
        static Family usual(ArchitectureFactory factory) {
            return of((config, file) -> config, factory);
        }

        static Family of(BiFunction<ModelConfig, Checkpoint, ModelConfig> configure, ArchitectureFactory factory) {
            return new Family(configure, file -> factory);
        }
    }

    private static final List<String> KNOWN =
            List.of("gemma3", "llama", "phi3", "qwen2", "qwen3", "qwen3moe", "smollm3");

    private ModelRegistry() {}

    /** A model's sizes and what builds it, found without touching a device. */
    public record Plan(ModelConfig config, ArchitectureFactory factory) {}

    /**
     * Checks that a file holds a model that can be run.
     *
     * @throws ModelFormatException naming the architecture and listing what is known, or the size that does not fit
     */
    public static Plan plan(Checkpoint file) {
        String architecture = file.metadata().string("general.architecture");
        Family family = family(architecture);
        if (EncoderPlan.encodes(file)) {
            throw new ModelFormatException(file.path() + ": general.architecture: found " + architecture
                    + ", expected a decoder: an encoder generates no text; open it with Embedder or Reranker");
        }
        if (family == null) {
            throw new ModelFormatException(file.path() + ": general.architecture: found " + architecture
                    + ", expected one of " + String.join(", ", KNOWN));
        }
        return new Plan(
                family.configure().apply(ModelConfig.read(file), file),
                family.factory().apply(file));
    }

    /** One of {@link #KNOWN}, or null. */
    private static Family family(String architecture) {
        return switch (architecture) {
            case "gemma3" -> Family.of(Gemma3::configure, Gemma3::new);
            case "llama" -> Family.usual(Llama::create);
            case "phi3" -> Family.usual(Phi3::create);
            case "qwen2" -> Family.usual(Qwen2::create);
            case "qwen3" -> Family.usual(Qwen3::create);
            case "qwen3moe" -> new Family((config, file) -> config, Qwen3Moe::factory);
            case "smollm3" -> Family.of(SmolLm3::configure, Llama::create);
            default -> null;
        };
    }

    /** The projections of a model that adapters may change. */
    public static AdapterTargets adapterTargets(Checkpoint file, ModelConfig config) {
        boolean joinedMlp =
                file.tensors().stream().noneMatch(tensor -> tensor.name().startsWith("blk.0.ffn_gate."));
        return AdapterTargets.of(
                file,
                config.architecture(),
                config.layers(),
                config.headSize(),
                LoraAdapter.modules(config, joinedMlp));
    }

    /**
     * Puts a model on a device. Runs on the thread that is to own the device.
     *
     * @param session opens the device; the model closes it
     * @param progress hears the bytes of the file that are on the device
     */
    public static Model open(
            Checkpoint file, Plan plan, Supplier<DeviceSession> session, LoadSettings settings, LongConsumer progress) {
        return Decoder.open(file, plan.config(), plan.factory(), session.get(), settings, progress);
    }
}
