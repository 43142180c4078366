package org.ascend4j.internal.text.pipeline;

import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.IntList;

/** WordPiece: the longest piece that a word begins with, then the longest that the rest begins with, and so on. */
final class WordPieceModel implements TokenModel {
    private static final int MOST_WORD_CHARS = 10_000;

    private final ModelVocabulary vocabulary;
    private final int unknown;
    private final String prefix;
    private final int maxChars;

    private WordPieceModel(JsonValue value, ModelVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = vocabulary.idOf(value.get("unk_token"));
        this.prefix = value.get("continuing_subword_prefix").text("##");
        this.maxChars = (int) value.get("max_input_chars_per_word").integer(0, MOST_WORD_CHARS, 100);
    }

    static WordPieceModel read(JsonValue value, ModelVocabulary vocabulary) {
        if (value.get("unk_token").isNull()) {
            throw value.get("unk_token").wrong("the piece for unknown words");
        }
        return new WordPieceModel(value, vocabulary);
    }

    @Override
    public Worker worker() {
        IntList pieces = new IntList(16);
        return (word, out) -> {
            pieces.clear();
            if (word.codePointCount(0, word.length()) > maxChars || !cut(word, pieces)) {
                out.add(unknown);
                return;
            }
            for (int i = 0; i < pieces.size(); i++) {
                out.add(pieces.get(i));
            }
        };
    }

    private boolean cut(String word, IntList pieces) {
        for (int from = 0; from < word.length(); ) {
            int id = -1;
            int to = word.length();
            while (to > from && id < 0) {
                String piece = word.substring(from, to);
                id = vocabulary.id(from > 0 ? prefix + piece : piece);
                to = id < 0 ? word.offsetByCodePoints(to, -1) : to;
            }
            if (id < 0) {
                return false;
            }
            pieces.add(id);
            from = to;
        }
        return true;
    }
}
