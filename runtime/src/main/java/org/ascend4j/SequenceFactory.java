package org.ascend4j;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.schedule.PrefixScope;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.SequenceOptions;
import org.ascend4j.internal.text.Tokenizer;

/** Turns a prompt's ids and options into what the scheduler runs. Thread-safe. */
final class SequenceFactory {
    private final Tokenizer tokenizer;
    private final int contextLength;
    private final Adapters adapters;
    private final AtomicLong ids = new AtomicLong();

    SequenceFactory(Tokenizer tokenizer, int contextLength, Adapters adapters) {
        this.tokenizer = tokenizer;
        this.contextLength = contextLength;
        this.adapters = adapters;
    }

    /**
     * New sequences of one prompt, alike but for their seeds.
     *
     * @param count how many; the seed of each is one more than that of the one before, if one was given
     * @param guided whether a grammar says what may come
     */
    List<Sequence> of(int[] tokens, GenerationOptions options, int count, boolean guided) {
        options.requireTokensWithin(tokenizer.vocabularySize());
        if (tokens.length >= contextLength) {
            throw new InvalidRequestException(
                    "prompt",
                    "found " + tokens.length + " tokens, expected fewer than the context of " + contextLength
                            + "; shorten it or open the model with a larger context-length");
        }
        int room = contextLength - tokens.length;
        int most = options.maxTokens() == 0 ? room : Math.min(options.maxTokens(), room);
        Set<Integer> stops = stops(options);
        SequenceOptions wishes = wishes(options, options.plan(0), guided);
        List<Sequence> samples = new ArrayList<>(count);
        for (int sample = 0; sample < count; sample++) {
            long seed = options.seed() == null ? drawn(options) : options.seed() + sample;
            samples.add(new Sequence(ids.incrementAndGet(), tokens, most, options.plan(seed), stops, wishes));
        }
        return samples;
    }

    /** Of answers that are sampled; the source of randomness is made for the first of them. */
    private static final class Seeds {
        private static final SecureRandom SOURCE = new SecureRandom();

        private Seeds() {}
    }

    private static long drawn(GenerationOptions options) {
        return options.temperature() == 0 ? 0 : Seeds.SOURCE.nextLong();
    }

    private Set<Integer> stops(GenerationOptions options) {
        Set<Integer> stops = new HashSet<>(options.stopTokens());
        if (!options.ignoreEnd()) {
            stops.addAll(tokenizer.endOfGeneration());
        }
        return stops;
    }

    private SequenceOptions wishes(GenerationOptions options, SamplingPlan plan, boolean guided) {
        SequenceOptions wishes = SequenceOptions.DEFAULT
                .withPriority(options.priority())
                .withMinTokens(options.minTokens())
                .withPromptLogprobs(options.promptLogprobs() != null)
                .withWaitsForToken(guided || plan.rules().readsTokens())
                .withDrafts(!guided);
        if (options.deadline() != null) {
            wishes = wishes.withDeadline(System.nanoTime() + options.deadline().toNanos());
        }
        Adapters.Entry adapter = adapters.find(options.adapter());
        if (adapter != null) {
            // By content: what one adapter computed serves no other of the same name.
            PrefixScope scope =
                    new PrefixScope(options.cacheSalt(), adapter.facts().digest());
            return wishes.withAdapter(adapter.number()).withScope(scope);
        }
        return options.cacheSalt().isEmpty()
                ? wishes
                : wishes.withScope(new PrefixScope(options.cacheSalt(), PrefixScope.SHARED.adapter()));
    }
}
