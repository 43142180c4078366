package org.ascend4j.internal.grammar;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.internal.text.SmolLm2Vocabulary;
import org.ascend4j.internal.text.Tokenizer;

/** A toy vocabulary of bytes, and SmolLM2's own. */
final class TestVocabularies {
    static final int BYTES_END = 256;

    private static Vocabulary smol;

    private TestVocabularies() {}

    /** One token a byte, the end token, one token without bytes, and the given texts. */
    static Vocabulary bytes(String... more) {
        byte[][] tokens = new byte[258 + more.length][];
        for (int i = 0; i < 256; i++) {
            tokens[i] = new byte[] {(byte) i};
        }
        tokens[BYTES_END] = "<end>".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < more.length; i++) {
            tokens[258 + i] = more[i].getBytes(StandardCharsets.UTF_8);
        }
        return Vocabulary.of(tokens, Set.of(BYTES_END));
    }

    /** SmolLM2's 49,152 tokens. */
    static synchronized Vocabulary smol() {
        if (smol == null) {
            Tokenizer tokenizer = SmolLm2Vocabulary.tokenizer();
            smol = Vocabulary.of(tokenBytes(tokenizer), tokenizer.endOfGeneration());
        }
        return smol;
    }

    private static byte[][] tokenBytes(Tokenizer tokenizer) {
        byte[][] tokens = new byte[tokenizer.vocabularySize()][];
        for (int id = 0; id < tokens.length; id++) {
            tokens[id] = tokenizer.bytes(id);
        }
        return tokens;
    }

    /** SmolLM2's tokens and pairs of them, 151,936 in all: as many as the largest vocabularies have. */
    static Vocabulary large() {
        Tokenizer tokenizer = SmolLm2Vocabulary.tokenizer();
        byte[][] small = tokenBytes(tokenizer);
        byte[][] tokens = java.util.Arrays.copyOf(small, 151_936);
        Set<String> known = new HashSet<>();
        int next = small.length;
        java.util.Random random = new java.util.Random(7);
        while (next < tokens.length) {
            byte[] left = small[random.nextInt(small.length)];
            byte[] right = small[random.nextInt(small.length)];
            if (left.length > 0 && right.length > 0 && left.length + right.length <= 12) {
                byte[] pair = java.util.Arrays.copyOf(left, left.length + right.length);
                System.arraycopy(right, 0, pair, left.length, right.length);
                if (known.add(new String(pair, StandardCharsets.ISO_8859_1))) {
                    tokens[next++] = pair;
                }
            }
        }
        return Vocabulary.of(tokens, new TreeSet<>(tokenizer.endOfGeneration()));
    }
}
