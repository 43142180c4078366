package org.ascend4j.internal.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;

/** Turns a step into flat arrays. */
public final class StepAssembler {
    private final int blockSize;

    /** @param blockSize tokens per cache block */
    public StepAssembler(int blockSize) {
        this.blockSize = blockSize;
    }

    public StepInputs assemble(Step step) {
        int tokens = step.tokens();
        int[] ids = new int[tokens];
        long[] positions = new long[tokens];
        int[] slots = new int[tokens];
        int[] sampleRows = new int[step.sampling().size()];
        List<StepInputs.Prefill> prefills = new ArrayList<>();
        int decodes = 0;
        int samples = 0;
        int row = 0;
        for (Step.Entry entry : step.entries()) {
            fill(entry, row, ids, positions, slots);
            if (entry.count() == 1) {
                decodes++;
            } else {
                prefills.add(prefill(entry, row));
            }
            row += entry.count();
            if (entry.samples()) {
                sampleRows[samples++] = row - 1;
            }
        }
        long[] lengths = new long[decodes];
        int width = decodeLengths(step, lengths);
        int[] tables = decodeBlockTables(step, decodes, width);
        return new StepInputs(ids, positions, slots, tables, width, lengths, prefills, sampleRows);
    }

    private void fill(Step.Entry entry, int firstRow, int[] ids, long[] positions, int[] slots) {
        Sequence sequence = entry.sequence();
        int[] table = sequence.blockTable();
        for (int i = 0; i < entry.count(); i++) {
            int position = sequence.computed() + i;
            ids[firstRow + i] = sequence.token(position);
            positions[firstRow + i] = position;
            slots[firstRow + i] = table[position / blockSize] * blockSize + position % blockSize;
        }
    }

    private StepInputs.Prefill prefill(Step.Entry entry, int row) {
        int length = entry.sequence().computed() + entry.count();
        int[] table = Arrays.copyOf(entry.sequence().blockTable(), blocks(length));
        return new StepInputs.Prefill(row, entry.count(), length, table);
    }

    private int decodeLengths(Step step, long[] lengths) {
        int width = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = step.entries().get(i).sequence().computed() + 1L;
            width = Math.max(width, blocks((int) lengths[i]));
        }
        return width;
    }

    private int[] decodeBlockTables(Step step, int decodes, int width) {
        int[] tables = new int[decodes * width];
        for (int i = 0; i < decodes; i++) {
            Sequence sequence = step.entries().get(i).sequence();
            int used = blocks(sequence.computed() + 1);
            System.arraycopy(sequence.blockTable(), 0, tables, i * width, used);
        }
        return tables;
    }

    private int blocks(int tokens) {
        return (tokens + blockSize - 1) / blockSize;
    }
}
