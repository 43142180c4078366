package org.ascend4j.djl;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Blocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.ModelFormatException;

/**
 * A model of the engine {@code Ascend}: a GGUF file, or a folder as model hubs have them. Whatever number of predictors it
 * has, they share its one open engine. Closing it ends running requests, after as long as the option
 * {@code drain-timeout} lets them go on.
 *
 * <p>Options, in a {@code serving.properties} with {@code option.} in front: those of {@link org.ascend4j.LlmOptions},
 * {@code model} (or {@code model_id}) for a file in the folder if there are several, or one elsewhere; {@code task}, which
 * is {@code generate} or {@code embed}, the latter also meant by DJL's application {@code nlp/text_embedding};
 * {@code request-timeout} and {@code drain-timeout}, both in seconds. Underscores count as hyphens.
 */
public final class AscendModel extends BaseModel {
    private final AscendEngine engine;
    private OpenEngine open;
    private ModelSettings settings;

    AscendModel(String name, AscendEngine engine, Device device) {
        super(name);
        this.engine = engine;
        this.dataType = DataType.FLOAT32;
        this.manager = engine.newBaseManager(device);
        manager.setName("model " + name);
    }

    /**
     * Opens the model.
     *
     * @param prefix a file in the folder; null for the option {@code model}, or the only one
     * @throws EngineException if the guard refuses this host, with what does not fit and what to do; or if the engine
     *     cannot be opened for another reason
     * @throws MalformedModelException if the file is damaged or of a kind that is not supported
     */
    @Override
    public void load(Path modelPath, String prefix, Map<String, ?> options)
            throws IOException, MalformedModelException {
        if (wasLoaded) {
            throw new IllegalStateException("model " + modelName + " is loaded already; make a new one");
        }
        setModelDir(modelPath);
        try {
            open(prefix, options == null ? Map.of() : options);
        } catch (IOException | MalformedModelException | RuntimeException failed) {
            // DJL forgets a model that did not load, and its finalizer would complain of it.
            close();
            throw failed;
        }
        // Whoever closes the manager, DJL's finalizer included, closes the engine.
        manager.attachInternal("engine", this::end);
        if (Files.isRegularFile(modelDir)) {
            modelDir = modelDir.getParent();
        }
        block = Blocks.identityBlock();
        wasLoaded = true;
    }

    private void open(String prefix, Map<String, ?> options) throws IOException, MalformedModelException {
        try {
            // What is wrong with the translator's arguments would come out after DJL has lost sight of the open model.
            TextArguments.read(getProperties());
            settings = ModelSettings.of(
                    modelDir, prefix, options, manager.getDevice(), properties.getOrDefault("application", ""));
            open = OpenEngine.open(settings);
        } catch (IncompatibleStackException refused) {
            throw new EngineException(
                    "Ascend4J refuses this host's stack:\n" + refused.description() + "\nWhat to do:\n"
                            + refused.action(),
                    refused);
        } catch (ModelFormatException damaged) {
            throw new MalformedModelException(damaged.getMessage(), damaged);
        } catch (AscendException failed) {
            throw new EngineException(failed.getMessage(), failed);
        }
    }

    private void end() {
        open.close(settings.drainTimeout());
    }

    /** Whether it was loaded to embed. */
    boolean embeds() {
        return open instanceof OpenEngine.Vectors;
    }

    /**
     * The open engine, with its statistics and health. Belongs to this model.
     *
     * @throws IllegalStateException if the model is not loaded, or was loaded to embed
     */
    public Llm llm() {
        if (open instanceof OpenEngine.Text text) {
            return text.llm();
        }
        throw other("generate", "without option.task, or with option.task=generate");
    }

    /**
     * The open engine. Belongs to this model.
     *
     * @throws IllegalStateException if the model is not loaded, or was loaded to generate
     */
    public Embedder embedder() {
        if (open instanceof OpenEngine.Vectors vectors) {
            return vectors.embedder();
        }
        throw other("embed", "with option.task=embed");
    }

    private IllegalStateException other(String task, String how) {
        return new IllegalStateException(
                "model " + modelName + (open == null ? " is not loaded" : " cannot " + task + "; load it " + how));
    }

    /** Longest that a request may take; zero for no limit. */
    Duration requestTimeout() {
        return settings.requestTimeout();
    }

    @Override
    public String toString() {
        return "AscendModel " + modelName + " on "
                + (open == null ? engine : open.device().name());
    }
}
