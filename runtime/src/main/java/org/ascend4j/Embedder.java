package org.ascend4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.model.EncoderInput;
import org.ascend4j.internal.model.EncoderPlan;
import org.ascend4j.internal.model.TokenPooling;
import org.ascend4j.internal.pretrained.ModelSource;

/**
 * An open model that turns texts into vectors: a BERT-class encoder, or a decoder without its head. Thread-safe; texts of
 * any number of threads share steps, and a text's vector does not depend on the others. A sentence-transformers folder
 * says by itself how its vectors are made ({@code modules.json}, {@code 1_Pooling}, {@code sentence_bert_config.json}).
 *
 * <pre>{@code
 * try (Embedder embedder = Embedder.open(Path.of("all-MiniLM-L6-v2"))) {
 *     double likeness = embedder.embed("a cat").cosine(embedder.embed("a kitten"));
 * }
 * }</pre>
 *
 * <p>Calls throw, or end with, an {@link InvalidRequestException} if they are wrong, an
 * {@link org.ascend4j.error.OverloadedException} if too many wait, and an
 * {@link org.ascend4j.error.UnavailableException} if the model is closed or has failed.
 */
public final class Embedder extends TextEncoder {
    private static final int[] NO_TYPES = {};

    private final Pooling pooling;
    private final boolean normalize;

    private Embedder(OpenedEncoder opened) {
        super(opened, "embedding");
        this.pooling = opened.settings()
                .pooling()
                .map(Embedder::pooling)
                .orElse(opened.plan().causal() ? Pooling.LAST : Pooling.MEAN);
        this.normalize = opened.settings().normalize().orElse(true);
    }

    private static Pooling pooling(String name) {
        return switch (name) {
            case "cls" -> Pooling.CLS;
            case "mean" -> Pooling.MEAN;
            default -> Pooling.LAST;
        };
    }

    /** Opens a model with {@link LlmOptions#defaults()}. */
    public static Embedder open(Path model) {
        return open(model, LlmOptions.defaults());
    }

    /** Opens a model. */
    public static Embedder open(Path model, LlmOptions options) {
        return open(model, options, LoadProgress.NONE);
    }

    /**
     * Opens a model: file header, vocabulary, guard, device, weights. Of the options those count that concern the device,
     * the types, {@code context-length}, {@code max-num-batched-tokens} and {@code max-queued-requests}.
     *
     * @throws org.ascend4j.compat.IncompatibleStackException if the guard refuses this host
     * @throws org.ascend4j.error.ModelFormatException if the file is damaged or of a kind that is not supported
     * @throws AscendException for everything else that was foreseen
     */
    public static Embedder open(Path model, LlmOptions options, LoadProgress progress) {
        try (ModelSource source = ModelSource.open(model)) {
            return new Embedder(OpenedEncoder.open(source, EncoderPlan::embedding, options, progress));
        }
    }

    /** The vector of one text, as the model's makers would have it. */
    public Embedding embed(String text) {
        return embed(text, EmbeddingOptions.defaults());
    }

    /** The vector of one text. */
    public Embedding embed(String text, EmbeddingOptions options) {
        return embedAll(List.of(text), options).get(0);
    }

    /** As {@link #embedAll(List, EmbeddingOptions)}, as the model's makers would have it. */
    public List<Embedding> embedAll(List<String> texts) {
        return embedAll(texts, EmbeddingOptions.defaults());
    }

    /** The vectors of texts, in their order. Interrupting the waiting thread ends the call. */
    public List<Embedding> embedAll(List<String> texts, EmbeddingOptions options) {
        return Waiting.forEnd(embedAsync(texts, options), "embedding");
    }

    /** As {@link #embedAsync(List, EmbeddingOptions)}, as the model's makers would have it. */
    public CompletableFuture<List<Embedding>> embedAsync(List<String> texts) {
        return embedAsync(texts, EmbeddingOptions.defaults());
    }

    /**
     * Starts embedding texts; returns once they are tokens. Cancelling the future ends the call.
     *
     * @throws InvalidRequestException if a text has no token or is not valid, if it is too long and may not be cut, or if
     *     more dimensions are asked for than there are
     */
    public CompletableFuture<List<Embedding>> embedAsync(List<String> texts, EmbeddingOptions options) {
        int kept = options.dimensions() == null ? dimensions() : options.dimensions();
        if (kept > dimensions()) {
            throw new InvalidRequestException(
                    "dimensions", "found " + kept + ", expected at most the model's " + dimensions());
        }
        TokenPooling chosen = tokenPooling(options.pooling() == null ? pooling : options.pooling());
        boolean toLengthOne = options.normalize() == null ? normalize : options.normalize();
        boolean cut = options.truncate() == null || options.truncate();
        List<EncoderInput> inputs = new ArrayList<>(texts.size());
        for (String text : texts) {
            inputs.add(new EncoderInput(tokens(text, cut), NO_TYPES, chosen));
        }
        CompletableFuture<List<float[]>> vectors = opened.engine().submit(inputs);
        return Waiting.handOver(vectors, callers, done -> embeddings(inputs, done, kept, toLengthOne));
    }

    private static TokenPooling tokenPooling(Pooling pooling) {
        return switch (pooling) {
            case LAST -> TokenPooling.LAST;
            case MEAN -> TokenPooling.MEAN;
            case CLS -> TokenPooling.FIRST;
        };
    }

    /** A text's ids in the model's frame, cut so that both fit. */
    private int[] tokens(String text, boolean cut) {
        int[] ids = opened.ids(opened.settings().prompt() + text);
        int[] framed = opened.tokenizer().withBosEos(ids);
        if (framed.length > contextLength()) {
            if (!cut) {
                throw new InvalidRequestException(
                        "input",
                        "found a text of " + framed.length + " tokens, expected at most " + contextLength()
                                + "; shorten it, or let it be cut (truncate)");
            }
            int room = contextLength() - (framed.length - ids.length);
            framed = opened.tokenizer().withBosEos(Arrays.copyOf(ids, room));
        }
        if (framed.length == 0) {
            throw new InvalidRequestException("input", "found a text without tokens, expected at least one");
        }
        return framed;
    }

    private List<Embedding> embeddings(
            List<EncoderInput> inputs, List<float[]> vectors, int kept, boolean toLengthOne) {
        List<Embedding> embeddings = new ArrayList<>(vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            float[] values = Arrays.copyOf(vectors.get(i), kept);
            double square = 0;
            for (float value : values) {
                square += (double) value * value;
            }
            if (!Double.isFinite(square)) {
                throw new AscendException("the vector of text " + i
                        + " holds numbers that are not finite; the weights may be damaged or too large for the dtype");
            }
            if (toLengthOne && square > 0) {
                double factor = 1 / Math.sqrt(square);
                for (int j = 0; j < kept; j++) {
                    values[j] = (float) (values[j] * factor);
                }
            }
            embeddings.add(new Embedding(values, inputs.get(i).tokens().length));
        }
        return List.copyOf(embeddings);
    }

    /** Values of a vector where not fewer are asked for. */
    public int dimensions() {
        return opened.width();
    }

    /** How token vectors become one where the options do not say. */
    public Pooling pooling() {
        return pooling;
    }

    /** Whether vectors have length 1 where the options do not say. */
    public boolean normalizes() {
        return normalize;
    }
}
