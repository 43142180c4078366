package org.ascend4j.internal.text;

import java.util.Optional;
import java.util.OptionalInt;
import org.ascend4j.error.ModelFormatException;

/**
 * A model file's {@code tokenizer.ggml.*} values as plain data, checked against each other.
 *
 * @param source the file, for error messages
 * @param model {@code tokenizer.ggml.model}: "gpt2" is byte-level BPE, "llama" is SentencePiece
 * @param pre {@code tokenizer.ggml.pre}: how text is cut into words before merging
 * @param tokens every token's text, by id
 * @param types every token's type, see {@link TokenType}; empty if the file has none: all normal
 * @param scores every token's score (SentencePiece); empty if the file has none
 * @param merges pairs "left right", best first (BPE)
 * @param endOfTurn {@code tokenizer.ggml.eot_token_id}
 * @param addBos what the file says, or empty for the default of its kind of tokenizer
 * @param addSpacePrefix whether SentencePiece puts a space in front of a text
 */
public record GgufVocabulary(
        String source,
        String model,
        String pre,
        String[] tokens,
        int[] types,
        float[] scores,
        String[] merges,
        OptionalInt bos,
        OptionalInt eos,
        OptionalInt endOfTurn,
        OptionalInt unknown,
        Optional<Boolean> addBos,
        Optional<Boolean> addEos,
        Optional<Boolean> addSpacePrefix) {
    public GgufVocabulary {
        if (tokens.length == 0) {
            throw new ModelFormatException(
                    source + ": key tokenizer.ggml.tokens: found no token, expected at least one");
        }
        sameLength(source, "token_type", types.length, tokens.length);
        sameLength(source, "scores", scores.length, tokens.length);
        inRange(source, "bos_token_id", bos, tokens.length);
        inRange(source, "eos_token_id", eos, tokens.length);
        inRange(source, "eot_token_id", endOfTurn, tokens.length);
        inRange(source, "unknown_token_id", unknown, tokens.length);
    }

    /** The tokenizer for this vocabulary. */
    public Tokenizer tokenizer() {
        return switch (model) {
            case "gpt2" -> new BpeTokenizer(this);
            case "llama" -> new SpmTokenizer(this);
            default ->
                throw new ModelFormatException(source + ": key tokenizer.ggml.model: found " + model
                        + ", expected gpt2 (byte-level BPE) or llama (SentencePiece)");
        };
    }

    /** A token's type, {@link TokenType#NORMAL} if the file does not say. */
    int type(int id) {
        return types.length == 0 ? TokenType.NORMAL : types[id];
    }

    private static void sameLength(String source, String key, int found, int expected) {
        if (found != 0 && found != expected) {
            throw new ModelFormatException(source + ": key tokenizer.ggml." + key + ": found " + found
                    + " values, expected one for each of the " + expected + " tokens");
        }
    }

    private static void inRange(String source, String key, OptionalInt id, int tokens) {
        if (id.isPresent() && !(id.getAsInt() >= 0 && id.getAsInt() < tokens)) {
            throw new ModelFormatException(source + ": key tokenizer.ggml." + key + ": found " + id.getAsInt()
                    + ", expected an id from 0 to " + (tokens - 1));
        }
    }
}
