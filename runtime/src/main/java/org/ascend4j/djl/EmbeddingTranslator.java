package org.ascend4j.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.Embedding;

/** Turns texts into vectors. Those of one {@code batchPredict}, and of all predictors, go through the engine together. */
final class EmbeddingTranslator implements Translator<String, float[]> {
    private static final String VECTORS = "vectors";

    private final Embedder embedder;

    EmbeddingTranslator(Embedder embedder) {
        this.embedder = embedder;
    }

    /** Never asked to do anything: that there is one makes DJL hand over all inputs at once. */
    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> inputs) {
        List<float[]> vectors =
                embedder.embedAll(inputs).stream().map(Embedding::values).toList();
        context.setAttachment(VECTORS, vectors);
        // Without arrays there is nothing for a block to do.
        return new NDList();
    }

    @Override
    @SuppressWarnings("unchecked") // put there above
    public List<float[]> batchProcessOutput(TranslatorContext context, NDList list) {
        return (List<float[]>) context.getAttachment(VECTORS);
    }

    @Override
    public NDList processInput(TranslatorContext context, String input) {
        return batchProcessInput(context, List.of(input));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList list) {
        return batchProcessOutput(context, list).get(0);
    }
}
