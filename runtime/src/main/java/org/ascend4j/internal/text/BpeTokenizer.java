package org.ascend4j.internal.text;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/**
 * Byte-level BPE over a GGUF vocabulary ({@code tokenizer.ggml.model} "gpt2"). Gives the ids of llama.cpp for the same
 * file: markers first, then words, then merges by rank; bytes without a token of their own vanish.
 */
final class BpeTokenizer implements Tokenizer {
    private final GgufVocabulary vocabulary;
    private final Map<String, Integer> ids;
    private final MergeTable merges;
    private final PreTokenizer words;
    private final SpecialTokens special;

    BpeTokenizer(GgufVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.words = PreTokenizer.named(vocabulary.source(), vocabulary.pre());
        String[] tokens = vocabulary.tokens();
        ids = new HashMap<>(tokens.length * 2);
        for (int id = 0; id < tokens.length; id++) {
            ids.put(tokens[id], id);
        }
        merges = new MergeTable(vocabulary, ids);
        special = new SpecialTokens(vocabulary);
    }

    @Override
    public int[] encode(CharSequence text, boolean parseSpecial, MarkerShield shield) {
        String whole = text.toString();
        IntList out = new IntList(whole.length() / 3 + 8);
        WordMerger merger = new WordMerger(merges);
        for (SpecialTokens.Part part : special.partition(whole, parseSpecial)) {
            if (part.id() >= 0) {
                out.add(part.id());
            } else {
                String plain = shield.lift(whole.substring(part.from(), part.to()));
                encodePlain(CodePoints.of(plain, 0, plain.length()), merger, out);
            }
        }
        return out.toArray();
    }

    private void encodePlain(int[] points, WordMerger merger, IntList out) {
        byte[] word = new byte[64];
        int[] symbols = new int[64];
        IntList pieces = new IntList(16);
        int from = 0;
        for (int to : words.split(points, 0, points.length)) {
            if (word.length < (to - from) * 4) {
                word = new byte[(to - from) * 4];
                symbols = new int[word.length];
            }
            int length = CodePoints.toUtf8(points, from, to, word);
            int whole = words.wholeWordsFirst() ? wholeWord(word, length) : -1;
            if (whole >= 0) {
                out.add(whole);
            } else {
                for (int i = 0; i < length; i++) {
                    symbols[i] = merges.pieceOfByte(word[i] & 0xFF);
                }
                pieces.clear();
                merger.merge(symbols, length, pieces);
                for (int i = 0; i < pieces.size(); i++) {
                    emit(pieces.get(i), out);
                }
            }
            from = to;
        }
    }

    private int wholeWord(byte[] word, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ByteAlphabet.character(word[i] & 0xFF));
        }
        return ids.getOrDefault(text.toString(), -1);
    }

    /** A piece that is no token falls apart into the tokens of its bytes. */
    private void emit(int piece, IntList out) {
        if (piece < vocabulary.tokens().length) {
            out.add(piece);
            return;
        }
        String text = merges.extraPiece(piece);
        for (int i = 0; i < text.length(); i++) {
            Integer id = ids.get(text.substring(i, i + 1));
            if (id != null) {
                out.add(id);
            }
        }
    }

    @Override
    public byte[] bytes(int id, boolean specialToo) {
        if (!(id >= 0 && id < vocabularySize())) {
            throw new InvalidRequestException("token", "found id " + id + ", expected 0 to " + (vocabularySize() - 1));
        }
        String token = vocabulary.tokens()[id];
        if (special.isMarker(id)) {
            return specialToo ? token.getBytes(StandardCharsets.UTF_8) : new byte[0];
        }
        return vocabulary.type(id) == TokenType.USER_DEFINED
                ? token.getBytes(StandardCharsets.UTF_8)
                : ByteAlphabet.decode(token);
    }

    @Override
    public int vocabularySize() {
        return vocabulary.tokens().length;
    }

    @Override
    public OptionalInt bos() {
        return vocabulary.bos();
    }

    @Override
    public OptionalInt eos() {
        return vocabulary.eos();
    }

    @Override
    public boolean addBos() {
        return vocabulary.addBos().orElse(words == PreTokenizer.LLAMA3);
    }

    @Override
    public boolean addEos() {
        return vocabulary.addEos().orElse(false);
    }

    @Override
    public String breakMarkers(String text, char wedge) {
        return special.breakMarkers(text, wedge);
    }

    @Override
    public boolean isSpecial(int id) {
        return special.isMarker(id);
    }

    @Override
    public Set<Integer> endOfGeneration() {
        return special.endOfGeneration();
    }
}
