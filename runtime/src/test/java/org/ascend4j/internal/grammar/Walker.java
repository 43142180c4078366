package org.ascend4j.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Writes random answers through a grammar's masks, and reads given ones. */
final class Walker {
    private static final Map<Vocabulary, int[]> CLOSERS = new IdentityHashMap<>();

    private Walker() {}

    /**
     * A random answer; asserts at each step that something is allowed and that what is allowed is accepted.
     *
     * @param longest from so many tokens on, the walk ends as soon as it may, and prefers structure to content
     * @return the answer, or null where it would not end in ten times as many tokens
     */
    static String write(Grammar grammar, Random random, int longest) {
        Vocabulary vocabulary = grammar.vocabulary();
        GrammarMatcher matcher = grammar.matcher();
        int[] mask = new int[vocabulary.maskWords()];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int step = 0; step < 10 * longest; step++) {
            assertThat(matcher.fillMask(mask)).as("allowed after " + out).isTrue();
            int id = choose(vocabulary, matcher, mask, random, step >= longest);
            assertThat(id).as("a token after " + out).isNotNegative();
            assertThat(matcher.accept(id)).as("accepts " + id + " after " + out).isTrue();
            if (vocabulary.isEnd(id)) {
                assertThat(matcher.fillMask(mask)).isFalse();
                assertThat(matcher.accept(id)).isFalse();
                return text(out.toByteArray());
            }
            out.writeBytes(vocabulary.token(id));
        }
        return null;
    }

    private static int choose(Vocabulary vocabulary, GrammarMatcher matcher, int[] mask, Random random, boolean hurry) {
        if (matcher.isComplete() && (hurry || random.nextInt(4) == 0)) {
            return vocabulary.endIds()[0];
        }
        if (hurry || random.nextInt(3) == 0) {
            // Content has many tokens, structure few: without a preference strings would hardly ever end.
            int id = closers(vocabulary)[random.nextInt(3)];
            if (allowed(mask, id)) {
                return id;
            }
        }
        return pick(mask, random);
    }

    /** The tokens of a quotation mark and of closing brackets. */
    private static synchronized int[] closers(Vocabulary vocabulary) {
        return CLOSERS.computeIfAbsent(
                vocabulary,
                v -> "\"}]"
                        .chars()
                        .map(c -> IntStream.range(0, v.size())
                                .filter(id -> v.token(id) != null && v.token(id).length == 1 && v.token(id)[0] == c)
                                .findFirst()
                                .orElseThrow())
                        .toArray());
    }

    static boolean allowed(int[] mask, int id) {
        return (mask[id >> 5] >>> id & 1) != 0;
    }

    /** A random allowed token, or -1. */
    static int pick(int[] mask, Random random) {
        int count = 0;
        for (int word : mask) {
            count += Integer.bitCount(word);
        }
        if (count == 0) {
            return -1;
        }
        int left = random.nextInt(count);
        for (int i = 0; ; i++) {
            int bits = Integer.bitCount(mask[i]);
            if (left < bits) {
                int word = mask[i];
                for (; left > 0; left--) {
                    word &= word - 1;
                }
                return 32 * i + Integer.numberOfTrailingZeros(word);
            }
            left -= bits;
        }
    }

    /** The text of bytes, which must be well formed UTF-8. */
    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("not UTF-8: " + java.util.Arrays.toString(bytes), e);
        }
    }

    /** Whether a grammar over single bytes reads a text to its end. */
    static boolean reads(Grammar grammar, String text) {
        GrammarMatcher matcher = grammar.matcher();
        return accepted(matcher, text) == text.getBytes(StandardCharsets.UTF_8).length && matcher.isComplete();
    }

    /** How many bytes of a text a matcher over single bytes takes. */
    static int accepted(GrammarMatcher matcher, String text) {
        int count = 0;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (!matcher.accept(b & 0xFF)) {
                return count;
            }
            count++;
        }
        return count;
    }
}
