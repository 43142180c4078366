package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceTest {
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);

    @Test
    void keepsTheTokenThatStops() {
        Sequence sequence = new Sequence(1, new int[] {5}, 10, GREEDY, Set.of(9));
        sequence.append(3);
        sequence.append(9);
        assertThat(sequence.generated()).containsExactly(3, 9);
        assertThat(sequence.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void doesNotStopAtAStopTokenOfThePrompt() {
        Sequence sequence = new Sequence(1, new int[] {9, 9}, 2, GREEDY, Set.of(9));
        assertThat(sequence.finishReason()).isNull();
        assertThat(sequence.pending()).isEqualTo(2);
    }

    @Test
    void callsAStopAtTheLimitAStop() {
        Sequence sequence = new Sequence(1, new int[] {5}, 1, GREEDY, Set.of(9));
        sequence.append(9);
        assertThat(sequence.finishReason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void growsToItsLimit() {
        Sequence sequence = new Sequence(1, new int[] {5}, 3000, GREEDY, Set.of());
        IntStream.range(0, 3000).forEach(sequence::append);
        assertThat(sequence.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(sequence.generated()).isEqualTo(IntStream.range(0, 3000).toArray());
        assertThat(sequence.length()).isEqualTo(3001);
    }

    @Test
    void keepsItsReasonWhenCancelledAfterItsEnd() {
        Sequence sequence = new Sequence(1, new int[] {5}, 1, GREEDY, Set.of());
        sequence.append(3);
        sequence.finish(FinishReason.CANCELLED);
        assertThat(sequence.finishReason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void refusesLengthsThatNoSequenceHas() {
        assertThatThrownBy(() -> new Sequence(1, new int[0], 1, GREEDY, Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sequence(1, new int[] {1}, 0, GREEDY, Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sequence(1, new int[] {1, 2}, Integer.MAX_VALUE, GREEDY, Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
