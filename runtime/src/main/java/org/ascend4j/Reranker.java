package org.ascend4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.model.EncoderInput;
import org.ascend4j.internal.model.EncoderPlan;
import org.ascend4j.internal.model.TokenPooling;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.text.PairFrame;

/**
 * An open cross-encoder: a BERT-class classifier with one label that reads query and document together and says how well
 * they fit. Thread-safe; a pair's score does not depend on the others of a call. Failures are as those of
 * {@link Embedder}.
 *
 * <p>Scores are as sentence-transformers gives them: the sigmoid of the label, from 0 to 1, unless the folder asks for the
 * label itself ({@code sentence_transformers.activation_fn} in its {@code config.json}).
 */
public final class Reranker extends TextEncoder {
    private final PairFrame frame;
    private final boolean sigmoid;

    private Reranker(OpenedEncoder opened, PairFrame frame, boolean sigmoid) {
        super(opened, "ranking");
        this.frame = frame;
        this.sigmoid = sigmoid;
    }

    /** Opens a model with {@link LlmOptions#defaults()}. */
    public static Reranker open(Path model) {
        return open(model, LlmOptions.defaults());
    }

    /**
     * Opens a model, as {@link Embedder#open(Path, LlmOptions, LoadProgress)} does.
     *
     * @throws ModelFormatException if it is no cross-encoder with one label
     */
    public static Reranker open(Path model, LlmOptions options) {
        try (ModelSource source = ModelSource.open(model)) {
            boolean sigmoid = source.scoresBySigmoid();
            OpenedEncoder opened = OpenedEncoder.open(source, Reranker::plan, options, LoadProgress.NONE);
            try {
                return new Reranker(opened, frame(opened, model), sigmoid);
            } catch (RuntimeException e) {
                opened.engine().close();
                throw e;
            }
        }
    }

    private static EncoderPlan plan(Checkpoint file) {
        EncoderPlan plan = EncoderPlan.classifying(file);
        if (plan.labels() != 1) {
            throw new ModelFormatException(
                    file.path() + ": classifier: found " + plan.labels() + " labels, expected 1, the score of a pair");
        }
        return plan;
    }

    private static PairFrame frame(OpenedEncoder opened, Path model) {
        PairFrame frame = opened.tokenizer()
                .pairFrame()
                .orElseThrow(() -> new ModelFormatException(
                        model + ": tokenizer.json: post_processor: found no template for pairs, expected one"));
        if (frame.greatestType() >= opened.plan().segments()) {
            throw new ModelFormatException(
                    model + ": tokenizer.json: post_processor: found segment " + frame.greatestType()
                            + ", expected less than " + opened.plan().segments() + ", the rows of token_types.weight");
        }
        if (opened.contextLength() < frame.markers() + 2) {
            throw new InvalidRequestException(
                    "context-length",
                    "found " + opened.contextLength() + " tokens, expected at least " + (frame.markers() + 2));
        }
        return frame;
    }

    /** Documents with their scores, best first; equals in their order. Interrupting the waiting thread ends the call. */
    public List<RankedDocument> rank(String query, List<String> documents) {
        return Waiting.forEnd(rankAsync(query, documents), "ranking");
    }

    /**
     * As {@link #rank}, without waiting. Where a pair is too long, the longer of query and document is cut first. Cancelling
     * the future ends the call.
     */
    public CompletableFuture<List<RankedDocument>> rankAsync(String query, List<String> documents) {
        int[] asked = opened.ids(query);
        List<EncoderInput> inputs = new ArrayList<>(documents.size());
        for (String document : documents) {
            PairFrame.Joined pair = frame.join(asked, opened.ids(document), contextLength());
            inputs.add(new EncoderInput(pair.tokens(), pair.types(), TokenPooling.FIRST));
        }
        return Waiting.handOver(opened.engine().submit(inputs), callers, labels -> ranked(inputs, labels));
    }

    private List<RankedDocument> ranked(List<EncoderInput> inputs, List<float[]> labels) {
        List<RankedDocument> ranked = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            double label = labels.get(i)[0];
            if (!Double.isFinite(label)) {
                throw new AscendException("the score of document " + i
                        + " is not finite; the weights may be damaged or too large for the dtype");
            }
            double score = sigmoid ? 1 / (1 + Math.exp(-label)) : label;
            ranked.add(new RankedDocument(i, score, inputs.get(i).tokens().length));
        }
        ranked.sort(Comparator.comparingDouble(RankedDocument::score).reversed());
        return List.copyOf(ranked);
    }
}
