package org.ascend4j.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.schedule.BlockPool;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.Sequence;
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
            Scheduler scheduler = new Scheduler(new BlockPool(60, blockSize), 6, 6 + random.nextInt(20));
            for (int id = 0; id < 12; id++) {
                Sequence sequence = new Sequence(
                        id,
                        random.ints(1 + random.nextInt(20), 0, 50).toArray(),
                        1 + random.nextInt(10),
                        new SamplingPlan(0, 0, 1, 0),
                        Set.of());
                if (scheduler.fits(sequence)) {
                    scheduler.add(sequence);
                }
            }
            while (scheduler.hasWork()) {
                Step step = scheduler.next();
                check("seed " + seed + "L", step, new StepAssembler(blockSize).assemble(step), blockSize);
                scheduler.apply(step, random.ints(step.sampling().size(), 0, 50).toArray());
            }
        }
    }

    private static void check(String seed, Step step, StepInputs inputs, int blockSize) {
        List<Integer> ids = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        List<Integer> samples = new ArrayList<>();
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
                ids.add(sequence.token(at));
                positions.add((long) at);
                slots.add(sequence.blockTable()[at / blockSize] * blockSize + at % blockSize);
            }
            if (end == sequence.length()) {
                samples.add(ids.size() - 1);
            }
        }
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

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
