package org.ascend4j.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.schedule.BlockPool;
import org.ascend4j.internal.schedule.DraftOptions;
import org.ascend4j.internal.schedule.Drafter;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.SequenceOptions;
import org.ascend4j.internal.schedule.Step;
import org.junit.jupiter.api.Test;

/** Against an oracle that collects one list after the other and knows nothing of rows and widths. */
class StepAssemblerTest {
    @Test
    void agreesWithANaiveReading() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int blockSize = 1 + random.nextInt(9);
            Scheduler scheduler = scheduler(blockSize, random);
            for (int id = 0; id < 12; id++) {
                Sequence sequence = new Sequence(
                        id,
                        random.ints(1 + random.nextInt(20), 0, 50).toArray(),
                        1 + random.nextInt(10),
                        new SamplingPlan(0, 0, 1, 0),
                        Set.of(),
                        SequenceOptions.DEFAULT.withPromptLogprobs(random.nextBoolean()));
                if (scheduler.fits(sequence)) {
                    scheduler.add(sequence);
                }
            }
            while (scheduler.hasWork()) {
                Step step = scheduler.next();
                check("seed " + seed + "L", step, new StepAssembler(blockSize).assemble(step), blockSize);
                scheduler.apply(step, random.ints(step.sampledRows(), 0, 50).toArray());
            }
        }
    }

    /** Its guesses are the ids 90 and up, which no sequence has. */
    private static Scheduler scheduler(int blockSize, Random random) {
        SchedulerOptions options = SchedulerOptions.of(6, 6 + random.nextInt(20), 1000)
                .withDrafts(new DraftOptions(random.nextInt(4), 6, 0, 1, 0));
        return new Scheduler(new BlockPool(60, blockSize), options, (tokens, length, into, most) -> {
            Arrays.setAll(into, guess -> 90 + guess);
            return random.nextInt(most + 1);
        });
    }

    private static void check(String seed, Step step, StepInputs inputs, int blockSize) {
        List<Integer> ids = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        List<Integer> samples = new ArrayList<>();
        List<Integer> promptRows = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        List<int[]> tables = new ArrayList<>();
        List<StepInputs.Prefill> prefills = new ArrayList<>();
        for (Step.Entry entry : step.entries()) {
            Sequence sequence = entry.sequence();
            int end = sequence.computed() + entry.count();
            int[] table = Arrays.copyOf(sequence.blockTable(), (int) Math.ceil(end / (double) blockSize));
            if (entry.count() == 1) {
                lengths.add((long) end);
                tables.add(table);
            } else {
                prefills.add(new StepInputs.Prefill(ids.size(), entry.count(), end, table));
            }
            for (int at = sequence.computed(); at < end; at++) {
                boolean known = at < sequence.length();
                ids.add(known ? sequence.token(at) : 90 + at - sequence.length());
                positions.add((long) at);
                slots.add(sequence.blockTable()[at / blockSize] * blockSize + at % blockSize);
                boolean scored = sequence.options().promptLogprobs() && at < sequence.promptLength() - 1;
                if (scored) {
                    promptRows.add(ids.size() - 1);
                }
                if (at >= sequence.length() - 1) {
                    samples.add(ids.size() - 1);
                }
            }
        }
        assertThat(inputs.samples()).as(seed).isEqualTo(samples.size());
        assertThat(inputs.promptRows()).as(seed).isEqualTo(promptRows.size());
        samples.addAll(promptRows);
        int width = tables.stream().mapToInt(table -> table.length).max().orElse(0);
        assertThat(inputs.tokenIds()).as(seed).isEqualTo(ints(ids));
        assertThat(inputs.positions()).as(seed).isEqualTo(longs(positions));
        assertThat(inputs.slotMapping()).as(seed).isEqualTo(ints(slots));
        assertThat(inputs.sampleRows()).as(seed).isEqualTo(ints(samples));
        assertThat(inputs.decodeLengths()).as(seed).isEqualTo(longs(lengths));
        assertThat(inputs.tableWidth()).as(seed).isEqualTo(width);
        int[] padded = tables.stream()
                .flatMapToInt(table -> Arrays.stream(Arrays.copyOf(table, width)))
                .toArray();
        assertThat(inputs.decodeBlockTables())
                .as("%s: rows padded with the null block", seed)
                .isEqualTo(padded);
        assertThat(inputs.prefills())
                .as(seed)
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(prefills);
    }

    private static Scheduler decoding(SchedulerOptions options, int... promptLengths) {
        Scheduler scheduler = new Scheduler(new BlockPool(40, 4), options, Drafter.NONE);
        for (int length : promptLengths) {
            scheduler.add(new Sequence(length, new int[length], 9, new SamplingPlan(0, 0, 1, 0), Set.of()));
        }
        return scheduler;
    }

    private static Step land(Scheduler scheduler) {
        Step step = scheduler.next();
        scheduler.apply(step, new int[step.sampledRows()]);
        return step;
    }

    @Test
    void padsADecodeStepToTheShapeOfAGraph() {
        Scheduler scheduler = decoding(SchedulerOptions.of(4, 32, 64), 3, 9);
        land(scheduler);
        Step step = scheduler.next();
        assertThat(StepAssembler.decodesOnly(step)).isTrue();
        StepInputs plain = new StepAssembler(4).assemble(step);
        StepInputs padded = new StepAssembler(4).assemble(step, 4, 5);
        assertThat(padded.padding()).isEqualTo(2);
        assertThat(padded.decodes()).isEqualTo(4);
        assertThat(padded.tokenIds())
                .startsWith(plain.tokenIds())
                .endsWith(0, 0)
                .hasSize(4);
        assertThat(padded.positions()).startsWith(plain.positions()).endsWith(0, 0);
        assertThat(padded.slotMapping()).startsWith(plain.slotMapping()).endsWith(0, 1);
        assertThat(padded.decodeLengths()).containsExactly(4, 10, 1, 1);
        assertThat(padded.tableWidth()).isEqualTo(5);
        int first = plain.decodeBlockTables()[0];
        int[] second = Arrays.copyOfRange(plain.decodeBlockTables(), 3, 6);
        assertThat(padded.decodeBlockTables())
                .containsExactly(
                        first, 0, 0, 0, 0, second[0], second[1], second[2], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(padded.sampleRows()).containsExactly(0, 1, 0, 0);
        assertThat(padded.samples()).isEqualTo(2);
    }

    @Test
    void padsNothingThatNeedsMoreThanSingleRows() {
        Step step = decoding(SchedulerOptions.of(4, 32, 64), 3, 1).next();
        assertThat(StepAssembler.decodesOnly(step)).isFalse();
        StepAssembler assembler = new StepAssembler(4);
        assertThatThrownBy(() -> assembler.assemble(step, 8, 1)).isInstanceOf(IllegalArgumentException.class);
        Scheduler scheduler = decoding(SchedulerOptions.of(4, 32, 64), 1, 1, 1);
        Step three = scheduler.next();
        assertThatThrownBy(() -> assembler.assemble(three, 2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(assembler.assemble(three, 3, 1).padding()).isZero();
    }

    @Test
    void namesTheSourceOfTokensThatOnlyTheDeviceKnows() {
        Scheduler scheduler = decoding(SchedulerOptions.of(4, 5, 64).withDepth(2), 2, 9);
        StepAssembler assembler = new StepAssembler(4);
        Step first = scheduler.next();
        assertThat(assembler.assemble(first).tokenSources()).isEmpty();
        StepInputs second = assembler.assemble(scheduler.next());
        assertThat(second.tokenSources()).containsExactly(0, -1, -1, -1, -1);
        assertThat(second.tokenIds()[0]).isZero();
        assertThat(second.positions()).startsWith(2);
    }

    @Test
    void listsTheBlocksToCopyFirst() {
        Scheduler scheduler = new Scheduler(new BlockPool(40, 4), SchedulerOptions.of(4, 32, 64), Drafter.NONE);
        List<Sequence> answers = new ArrayList<>();
        for (int id = 0; id < 3; id++) {
            answers.add(new Sequence(id, new int[] {1, 2, 3}, 9, new SamplingPlan(0, 0, 1, id), Set.of()));
        }
        scheduler.add(answers);
        land(scheduler);
        StepInputs inputs = new StepAssembler(4).assemble(scheduler.next());
        assertThat(inputs.blockCopies())
                .containsExactly(
                        answers.get(0).block(0),
                        answers.get(1).block(0),
                        answers.get(0).block(0),
                        answers.get(2).block(0));
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
