package org.ascend4j.bench.peer;

import java.util.SplittableRandom;
import org.ascend4j.Prompt;

/** Prompts of random tokens, no two alike, so that nothing computed for one serves another. */
final class Prompts {
    private final SplittableRandom random;
    private final int vocabulary;

    /** @param vocabulary ids are drawn from the upper part of 0 to this, away from special tokens */
    Prompts(long seed, int vocabulary) {
        if (vocabulary < 2048) {
            throw new IllegalArgumentException("vocabulary: found " + vocabulary + ", expected at least 2048");
        }
        this.random = new SplittableRandom(seed);
        this.vocabulary = vocabulary;
    }

    Prompt next(int tokens) {
        return Prompt.tokens(random.ints(tokens, 1024, vocabulary - 512).toArray());
    }
}
