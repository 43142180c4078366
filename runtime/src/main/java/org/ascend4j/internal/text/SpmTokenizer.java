package org.ascend4j.internal.text;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/**
 * SentencePiece BPE over a GGUF vocabulary ({@code tokenizer.ggml.model} "llama"): neighbours merge while their
 * concatenation is a token, the best score first, the leftmost of equals; what is no token in the end is spelled in byte
 * tokens. Spaces are written as U+2581. Gives the ids of llama.cpp for the same file.
 */
final class SpmTokenizer implements Tokenizer {
    private static final char SPACE_MARK = '\u2581';

    private final GgufVocabulary vocabulary;
    private final Map<String, Integer> ids = new HashMap<>();
    private final SpecialTokens special;

    SpmTokenizer(GgufVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        String[] tokens = vocabulary.tokens();
        for (int id = 0; id < tokens.length; id++) {
            ids.put(tokens[id], id);
        }
        special = new SpecialTokens(vocabulary);
    }

    @Override
    public int[] encode(CharSequence text, boolean parseSpecial, MarkerShield shield) {
        String whole = text.toString();
        IntList out = new IntList(whole.length() / 3 + 8);
        boolean prefix = vocabulary.addSpacePrefix().orElse(true);
        boolean afterSpecial = true;
        for (SpecialTokens.Part part : special.partition(whole, parseSpecial)) {
            if (part.id() >= 0) {
                out.add(part.id());
                afterSpecial = true;
            } else {
                CodePoints.of(whole, part.from(), part.to());
                String plain = shield.lift(whole.substring(part.from(), part.to()));
                new Merging((prefix && afterSpecial ? " " + plain : plain).replace(' ', SPACE_MARK)).emit(out);
                afterSpecial = false;
            }
        }
        return out.toArray();
    }

    /** A possible merge: the symbol at {@code left} and the next, together {@code length} chars long. */
    private record Candidate(int left, int length, float score) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byScore = Float.compare(other.score, score);
            return byScore != 0 ? byScore : Integer.compare(left, other.left);
        }
    }

    /** The merging of one text. Symbols are named by the char they begin at; merged ones have length 0. */
    private final class Merging {
        private final String text;
        private final int[] length;
        private final int[] previous;

        private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

        Merging(String text) {
            this.text = text;
            length = new int[text.length()];
            previous = new int[text.length() + 1];
            int last = -1;
            for (int at = 0; at < text.length(); at += length[at]) {
                length[at] = Character.charCount(text.codePointAt(at));
                previous[at] = last;
                last = at;
            }
            for (int at = 0; at < text.length(); at += length[at]) {
                propose(at);
            }
            mergeAll();
        }

        private void mergeAll() {
            while (!queue.isEmpty()) {
                Candidate best = queue.poll();
                int right = best.left + length[best.left];
                boolean stale = length[best.left] == 0
                        || right >= text.length()
                        || length[best.left] + length[right] != best.length;
                if (stale) {
                    continue;
                }
                length[right] = 0;
                length[best.left] = best.length;
                int after = best.left + best.length;
                previous[after] = best.left;
                if (previous[best.left] >= 0) {
                    propose(previous[best.left]);
                }
                propose(best.left);
            }
        }

        private void propose(int left) {
            int right = left + length[left];
            if (right >= text.length()) {
                return;
            }
            int together = length[left] + length[right];
            Integer id = ids.get(text.substring(left, left + together));
            if (id != null) {
                queue.add(new Candidate(left, together, score(id)));
            }
        }

        void emit(IntList out) {
            for (int at = 0; at < text.length(); at += length[at]) {
                String piece = text.substring(at, at + length[at]);
                Integer id = ids.get(piece);
                if (id != null) {
                    out.add(id);
                } else {
                    emitBytes(piece, out);
                }
            }
        }
    }

    private float score(int id) {
        return vocabulary.scores().length == 0 ? 0 : vocabulary.scores()[id];
    }

    private void emitBytes(String piece, IntList out) {
        for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
            Integer id = ids.get(String.format("<0x%02X>", b & 0xFF));
            if (id == null) {
                id = ids.get(String.valueOf((char) (b & 0xFF)));
            }
            if (id != null) {
                out.add(id);
            } else if (vocabulary.unknown().isPresent()) {
                out.add(vocabulary.unknown().getAsInt());
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
        if (vocabulary.type(id) == TokenType.BYTE && token.matches("<0x[0-9A-Fa-f]{2}>")) {
            return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)};
        }
        String text = vocabulary.type(id) == TokenType.USER_DEFINED ? token : token.replace(SPACE_MARK, ' ');
        return text.getBytes(StandardCharsets.UTF_8);
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
        return vocabulary.addBos().orElse(true);
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
