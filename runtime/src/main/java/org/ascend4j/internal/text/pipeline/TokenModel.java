package org.ascend4j.internal.text.pipeline;

import java.util.function.Supplier;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.IntList;

/** Turns pieces into ids. Immutable; each text gets a worker of its own, which keeps its arrays. */
interface TokenModel {
    /** What turns one text's pieces into ids. One thread. */
    interface Worker {
        void tokenize(String piece, IntList out);
    }

    Worker worker();

    /** Reads the {@code model} member. */
    static Read read(JsonValue value) {
        // Files of the first versions do not say what they are.
        String type =
                value.get("type").text(value.has("merges") ? "BPE" : value.has("unk_id") ? "Unigram" : "WordPiece");
        return switch (type) {
            case "BPE" -> {
                ModelVocabulary vocabulary = ModelVocabulary.ofObject(value.get("vocab"));
                yield new Read(vocabulary, () -> BpeModel.read(value, vocabulary));
            }
            case "Unigram" -> {
                ModelVocabulary vocabulary = ModelVocabulary.ofPairs(value.get("vocab"));
                yield new Read(vocabulary, () -> UnigramModel.read(value, vocabulary));
            }
            case "WordPiece" -> {
                ModelVocabulary vocabulary = ModelVocabulary.ofObject(value.get("vocab"));
                yield new Read(vocabulary, () -> WordPieceModel.read(value, vocabulary));
            }
            default -> throw value.get("type").wrong("BPE, Unigram or WordPiece");
        };
    }

    /** A vocabulary and the model over it, which is made when it is asked for. */
    record Read(ModelVocabulary vocabulary, Supplier<TokenModel> model) {}
}
