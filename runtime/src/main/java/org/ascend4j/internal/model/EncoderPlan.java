package org.ascend4j.internal.model;

import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.ops.DeviceArray;

/**
 * What puts a model on a device that gives vectors and generates nothing, found without touching the device: an encoder,
 * or a decoder without its head.
 */
public final class EncoderPlan {
    private final ModelConfig config;
    private final EncoderFactory factory;
    private final boolean causal;
    private final int labels;
    private final int segments;

    private EncoderPlan(ModelConfig config, EncoderFactory factory, boolean causal, int labels, int segments) {
        this.config = config;
        this.factory = factory;
        this.causal = causal;
        this.labels = labels;
        this.segments = segments;
    }

    /**
     * The plan for vectors of texts.
     *
     * @throws ModelFormatException naming the architecture and listing what is known, or the size that does not fit
     */
    public static EncoderPlan embedding(Checkpoint file) {
        if (Bert.describes(file)) {
            ModelConfig config = Bert.config(file);
            return new EncoderPlan(config, Bert.states(file), false, 0, Bert.segments(file));
        }
        ModelRegistry.Plan decoder = ModelRegistry.plan(file);
        ArchitectureFactory factory = decoder.factory();
        return new EncoderPlan(
                decoder.config().uncapped(),
                (config, weights) -> new HeadlessDecoder(
                        factory.create(config, weights.withoutHead(config.hiddenSize())), config.hiddenSize()),
                true,
                0,
                1);
    }

    /** Whether a model is an encoder, which generates no text. */
    public static boolean encodes(Checkpoint file) {
        return Bert.describes(file);
    }

    /** Whether a model has a classifier on top. */
    public static boolean classifies(Checkpoint file) {
        return encodes(file) && file.tensor("cls.output.weight").isPresent();
    }

    /**
     * The plan for scores of pairs of texts.
     *
     * @throws ModelFormatException if the model is no cross-encoder
     */
    public static EncoderPlan classifying(Checkpoint file) {
        if (!Bert.describes(file)) {
            String found = file.metadata().string("general.architecture");
            throw new ModelFormatException(
                    file.path() + ": general.architecture: found " + found + ", expected bert with a classifier");
        }
        ModelConfig config = Bert.config(file);
        int labels = Bert.labels(file);
        return new EncoderPlan(config, Bert.classifier(file, labels), false, labels, Bert.segments(file));
    }

    public ModelConfig config() {
        return config;
    }

    /** Whether a token sees only those before it. */
    public boolean causal() {
        return causal;
    }

    /** Numbers that a classifier gives; 0 if it is none. */
    public int labels() {
        return labels;
    }

    /** Kinds of segments that a token may belong to. */
    public int segments() {
        return segments;
    }

    EncoderFactory factory() {
        return factory;
    }

    /** A decoder's states in front of its head, which stays in the file. */
    private record HeadlessDecoder(Architecture decoder, int width) implements EncoderArchitecture {
        @Override
        public DeviceArray forward(Pass pass, Tensor types) {
            return decoder.forward(pass);
        }
    }
}
