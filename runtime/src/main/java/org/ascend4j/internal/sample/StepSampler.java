package org.ascend4j.internal.sample;

import java.util.List;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;

/** Picks the next token of every sampling entry: greedy ones on the device, the others from their logits here. */
public final class StepSampler {
    private static final int[] NOTHING = {};

    private final Sampler sampler;

    public StepSampler(int vocabularySize) {
        this.sampler = new Sampler(vocabularySize);
    }

    /** @return one id for each of {@link Step#sampling()}, in its order */
    public int[] sample(Logits logits, Step step) {
        List<Step.Entry> entries = step.sampling();
        if (entries.isEmpty()) {
            return NOTHING;
        }
        boolean anyGreedy =
                entries.stream().anyMatch(entry -> entry.sequence().sampling().greedy());
        int[] best = anyGreedy ? logits.argMax() : NOTHING;
        int[] sampled = new int[entries.size()];
        for (int i = 0; i < sampled.length; i++) {
            Sequence sequence = entries.get(i).sequence();
            sampled[i] = sequence.sampling().greedy()
                    ? best[i]
                    : sampler.sample(logits.row(i), sequence.sampling(), sequence.length());
        }
        return sampled;
    }
}
