package org.ascend4j.bench.measure;

import java.util.Random;
import java.util.stream.IntStream;
import org.ascend4j.Llm;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;

/**
 * Random prompts of exact lengths, equal for equal seeds. No two begin with the same token until every token of the
 * vocabulary has begun one, so no two share a prefix. Not thread-safe.
 */
public final class PromptSource {
    private final int[] tokens;
    private final Random random;
    private int next;

    /** @param tokens ids to choose from, at least one */
    public PromptSource(int[] tokens, long seed) {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("prompts need at least one token to choose from");
        }
        this.tokens = tokens.clone();
        this.random = new Random(seed);
        for (int i = this.tokens.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int token = this.tokens[i];
            this.tokens[i] = this.tokens[other];
            this.tokens[other] = token;
        }
    }

    /** Prompts of a model's ordinary tokens: markers such as the end of a text are left out. */
    public static PromptSource of(Llm llm, long seed) {
        int[] ordinary = IntStream.range(0, vocabularySize(llm))
                .filter(id -> !llm.detokenize(new int[] {id}).isEmpty())
                .toArray();
        return new PromptSource(ordinary, seed);
    }

    /** The public API does not tell the size, but refuses ids from there on. */
    static int vocabularySize(Llm llm) {
        int known = 0;
        int unknown = 1 << 24;
        while (unknown - known > 1) {
            int id = known + (unknown - known) / 2;
            if (takes(llm, id)) {
                known = id;
            } else {
                unknown = id;
            }
        }
        return unknown;
    }

    private static boolean takes(Llm llm, int id) {
        try {
            llm.encode(Prompt.tokens(id));
            return true;
        } catch (InvalidRequestException tooLarge) {
            return false;
        }
    }

    /** A new prompt of {@code length} tokens. */
    public int[] next(int length) {
        int[] prompt = new int[length];
        for (int i = 0; i < length; i++) {
            prompt[i] = tokens[random.nextInt(tokens.length)];
        }
        prompt[0] = tokens[next];
        next = (next + 1) % tokens.length;
        return prompt;
    }
}
