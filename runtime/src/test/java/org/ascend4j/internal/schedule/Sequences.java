package org.ascend4j.internal.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Sequences and steps that tests need often. */
final class Sequences {
    static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);

    private Sequences() {}

    /** A prompt of {@code length} different tokens. */
    static Sequence of(long id, int length, int maxTokens) {
        return of(id, IntStream.range(0, length).toArray(), maxTokens, SequenceOptions.DEFAULT);
    }

    static Sequence of(long id, int[] prompt, int maxTokens, SequenceOptions options) {
        return new Sequence(id, prompt, maxTokens, GREEDY, Set.of(), options);
    }

    /** Schedules a step and books it as succeeded, with the same id for every sampled row. */
    static Step step(Scheduler scheduler, int sampled) {
        Step step = scheduler.next();
        land(scheduler, step, sampled);
        return step;
    }

    static List<Advance> land(Scheduler scheduler, Step step, int sampled) {
        int[] ids = new int[step.sampledRows()];
        Arrays.fill(ids, sampled);
        return scheduler.apply(step, ids);
    }

    /** A step as ids and counts. */
    static String text(Step step) {
        StringBuilder text = new StringBuilder();
        for (Step.Entry entry : step.entries()) {
            text.append(entry.sequence().id()).append(':').append(entry.count()).append(' ');
        }
        return text.toString().trim();
    }
}
