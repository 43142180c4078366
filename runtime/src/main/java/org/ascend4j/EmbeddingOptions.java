package org.ascend4j;

import org.ascend4j.error.InvalidRequestException;

/**
 * How a text is embedded. What is null is as the model's makers have it.
 *
 * @param pooling how token vectors become one; null for the model's: what a sentence-transformers folder or a GGUF file
 *     says, else the mean for encoders and the last token for decoders
 * @param normalize whether the vector is brought to length 1; null for the model's: what a sentence-transformers folder
 *     says, else true
 * @param dimensions how many of the first values are kept (Matryoshka models are trained for it), before normalisation;
 *     null for all
 * @param truncate whether a text beyond the context length is cut, as sentence-transformers does, or refused; null cuts
 */
public record EmbeddingOptions(Pooling pooling, Boolean normalize, Integer dimensions, Boolean truncate) {
    private static final EmbeddingOptions MODELS_OWN = new EmbeddingOptions(null, null, null, null);

    public EmbeddingOptions {
        if (dimensions != null && dimensions < 1) {
            throw new InvalidRequestException("dimensions", "found " + dimensions + ", expected 1 or more");
        }
    }

    public EmbeddingOptions(Pooling pooling, Boolean normalize, Integer dimensions) {
        this(pooling, normalize, dimensions, null);
    }

    /** Everything as the model's makers have it. */
    public static EmbeddingOptions defaults() {
        return MODELS_OWN;
    }

    public EmbeddingOptions withPooling(Pooling value) {
        return new EmbeddingOptions(value, normalize, dimensions, truncate);
    }

    public EmbeddingOptions withNormalize(Boolean value) {
        return new EmbeddingOptions(pooling, value, dimensions, truncate);
    }

    public EmbeddingOptions withDimensions(Integer value) {
        return new EmbeddingOptions(pooling, normalize, value, truncate);
    }

    public EmbeddingOptions withTruncate(Boolean value) {
        return new EmbeddingOptions(pooling, normalize, dimensions, value);
    }
}
