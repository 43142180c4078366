package org.ascend4j.internal.model;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;

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

    private static final Map<String, Family> KNOWN = new TreeMap<>(Map.of(
            "gemma3", Family.of(Gemma3::configure, Gemma3::new),
            "llama", Family.usual(Llama::create),
            "phi3", Family.usual(Phi3::create),
            "qwen2", Family.usual(Qwen2::create),
            "qwen3", Family.usual(Qwen3::create),
            "qwen3moe", new Family((config, file) -> config, Qwen3Moe::factory),
            "smollm3", Family.of(SmolLm3::configure, Llama::create)));

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
        Family family = KNOWN.get(architecture);
        if (EncoderPlan.encodes(file)) {
            throw new ModelFormatException(file.path() + ": general.architecture: found " + architecture
                    + ", expected a decoder: an encoder generates no text; open it with Embedder or Reranker");
        }
        if (family == null) {
            throw new ModelFormatException(file.path() + ": general.architecture: found " + architecture
                    + ", expected one of " + String.join(", ", KNOWN.keySet()));
        }
        return new Plan(
                family.configure().apply(ModelConfig.read(file), file),
                family.factory().apply(file));
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
