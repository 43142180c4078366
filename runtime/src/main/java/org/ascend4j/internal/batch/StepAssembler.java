package org.ascend4j.internal.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;

/**
 * Turns a step into flat arrays. Arrays are used again where their lengths stay the same, as they do from one decode
 * step to the next: inputs are valid until the {@value #RING}th call after theirs. Owned by the engine thread.
 */
public final class StepAssembler {
    /** Steps in flight, one on its way to the device, and one to spare. */
    private static final int RING = 4;

    private static final int[] NONE = {};

    /** Arrays of an earlier step. */
    private static final class Buffers {
        private int[] ids = NONE;
        private long[] positions = {};
        private int[] slots = NONE;
        private int[] tables = NONE;
        private long[] lengths = {};
        private int[] sampleRows = NONE;
        private int[] sources = NONE;
    }

    private final int blockSize;
    private final Buffers[] ring = new Buffers[RING];
    private int next;

    /** @param blockSize tokens per cache block */
    public StepAssembler(int blockSize) {
        this.blockSize = blockSize;
        Arrays.setAll(ring, i -> new Buffers());
    }

    /** The step as it is. */
    public StepInputs assemble(Step step) {
        return assemble(step, 0, 0);
    }

    /** Whether every sequence of the step runs a single row and only sampled rows are wanted: what can be padded. */
    public static boolean decodesOnly(Step step) {
        for (Step.Entry entry : step.entries()) {
            if (entry.count() > 1 || entry.promptRows() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether any sequence of the step has an adapter; such steps are not padded, as no graph runs them. */
    public static boolean adapted(Step step) {
        for (Step.Entry entry : step.entries()) {
            if (entry.sequence().options().adapter() != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * A step of {@link #decodesOnly single rows}, padded to the shape of a captured graph. Padding runs token 0 at
     * position 0 on the null block, where it is also written: not all operators take a slot that means nowhere.
     *
     * @param decodes rows of the graph; 0 for no padding
     * @param tableWidth blocks per row of the graph's block tables, at least
     */
    public StepInputs assemble(Step step, int decodes, int tableWidth) {
        int entries = step.entries().size();
        if (decodes > 0 && (decodes < entries || !decodesOnly(step))) {
            throw new IllegalArgumentException("a step of " + entries + " entries and " + step.tokens()
                    + " rows is not one of at most " + decodes + " single rows");
        }
        Buffers buffers = ring[next];
        next = (next + 1) % RING;
        return new Assembly(buffers, step, Math.max(0, decodes - entries), decodes > 0, tableWidth).run();
    }

    /** The array, if it fits, or a new one; zeros either way. */
    private static int[] zeros(int[] old, int length) {
        if (old.length != length) {
            return new int[length];
        }
        Arrays.fill(old, 0);
        return old;
    }

    private static long[] zeros(long[] old, int length) {
        if (old.length != length) {
            return new long[length];
        }
        Arrays.fill(old, 0);
        return old;
    }

    /** The arrays of one step while they are filled. */
    private final class Assembly {
        private final Buffers buffers;
        private final Step step;
        private final int padding;
        private final boolean fixed;
        private final int leastWidth;
        private final int[] ids;
        private final long[] positions;
        private final int[] slots;
        private int[] sources = NONE;
        private int[] copies = NONE;

        Assembly(Buffers buffers, Step step, int padding, boolean fixed, int leastWidth) {
            int rows = step.tokens() + padding;
            this.buffers = buffers;
            this.step = step;
            this.padding = padding;
            this.fixed = fixed;
            this.leastWidth = leastWidth;
            this.ids = buffers.ids = zeros(buffers.ids, rows);
            this.positions = buffers.positions = zeros(buffers.positions, rows);
            this.slots = buffers.slots = zeros(buffers.slots, rows);
        }

        StepInputs run() {
            List<StepInputs.Prefill> prefills = new ArrayList<>();
            int row = 0;
            for (Step.Entry entry : step.entries()) {
                fill(entry, row);
                copy(entry);
                if (entry.count() > 1) {
                    prefills.add(prefill(entry, row));
                }
                row += entry.count();
            }
            for (int i = row; i < slots.length; i++) {
                slots[i] = (i - row) % blockSize;
            }
            int decodes = step.entries().size() - prefills.size() + padding;
            long[] lengths = buffers.lengths = zeros(buffers.lengths, decodes);
            int width = Math.max(leastWidth, decodeLengths(lengths));
            return new StepInputs(
                    ids,
                    positions,
                    slots,
                    decodeBlockTables(decodes, width),
                    decodes == 0 ? 0 : width,
                    lengths,
                    prefills,
                    sampleRows(decodes),
                    step.sampledRows(),
                    step.promptRows(),
                    sources,
                    copies,
                    padding,
                    adapters());
        }

        private void fill(Step.Entry entry, int firstRow) {
            Sequence sequence = entry.sequence();
            for (int i = 0; i < entry.count(); i++) {
                int position = entry.start() + i;
                int row = firstRow + i;
                ids[row] = Math.max(0, entry.token(position));
                positions[row] = position;
                slots[row] = sequence.block(position / blockSize) * blockSize + position % blockSize;
            }
            if (entry.source() >= 0) {
                if (sources.length == 0) {
                    sources = buffers.sources = zeros(buffers.sources, ids.length);
                    Arrays.fill(sources, -1);
                }
                sources[firstRow] = entry.source();
            }
        }

        private void copy(Step.Entry entry) {
            if (entry.copySource() >= 0) {
                copies = Arrays.copyOf(copies, copies.length + 2);
                copies[copies.length - 2] = entry.copySource();
                copies[copies.length - 1] = entry.copyTarget();
            }
        }

        private AdapterRows adapters() {
            if (!adapted(step)) {
                return AdapterRows.NONE;
            }
            AdapterRows.Builder rows = new AdapterRows.Builder();
            int row = 0;
            for (Step.Entry entry : step.entries()) {
                rows.add(entry.sequence().options().adapter(), row, entry.count());
                row += entry.count();
            }
            return rows.build();
        }

        private StepInputs.Prefill prefill(Step.Entry entry, int row) {
            int[] table = new int[blocks(entry.end())];
            entry.sequence().copyBlocks(table.length, table, 0);
            return new StepInputs.Prefill(row, entry.count(), entry.end(), table);
        }

        private int decodeLengths(long[] lengths) {
            int width = 0;
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] =
                        i < lengths.length - padding ? step.entries().get(i).end() : 1;
                width = Math.max(width, blocks((int) lengths[i]));
            }
            return width;
        }

        private int[] decodeBlockTables(int decodes, int width) {
            int[] tables = buffers.tables = zeros(buffers.tables, decodes * width);
            for (int i = 0; i < decodes - padding; i++) {
                Step.Entry entry = step.entries().get(i);
                entry.sequence().copyBlocks(blocks(entry.end()), tables, i * width);
            }
            return tables;
        }

        private int[] sampleRows(int decodes) {
            int wanted = step.sampledRows() + step.promptRows();
            int[] rows = buffers.sampleRows = zeros(buffers.sampleRows, fixed ? decodes : wanted);
            int sampled = 0;
            int prompt = step.sampledRows();
            int row = 0;
            for (Step.Entry entry : step.entries()) {
                row += entry.count();
                for (int i = entry.sampledRows(); i > 0; i--) {
                    rows[sampled++] = row - i;
                }
                int from = row - entry.count() + entry.promptFrom() - entry.start();
                for (int i = 0; i < entry.promptRows(); i++) {
                    rows[prompt++] = from + i;
                }
            }
            return rows;
        }
    }

    private int blocks(int tokens) {
        return (tokens + blockSize - 1) / blockSize;
    }
}
