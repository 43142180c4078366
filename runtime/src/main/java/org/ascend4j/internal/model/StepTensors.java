package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/**
 * A step's inputs on the device, brought there by one copy.
 *
 * @param tokenIds (T) int32
 * @param positions (T) int64
 * @param slots (T) int32
 * @param decodeTables (decodes, width) int32; null without decodes
 * @param prefillTables one (1, width) int32 for each prefill
 * @param sampleRows (R) int32; null if nothing is sampled
 * @param adapterRows rows that adapters change, int32; null for none
 */
record StepTensors(
        Tensor tokenIds,
        Tensor positions,
        DeviceArray slots,
        DeviceArray decodeTables,
        List<DeviceArray> prefillTables,
        Tensor sampleRows,
        DeviceArray adapterRows) {

    /** Sections begin where operators read best. */
    private static final int ALIGNMENT = 64;

    /** Places of sections, by their order and sizes; the writer and the reader of a step walk the same way. */
    private static final class Walk {
        private final StepMemory memory;
        private int at;

        Walk(StepMemory memory) {
            this.memory = memory;
        }

        /** The byte at which a section begins. */
        int section(long bytes) {
            int start = at;
            long end = start + (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            if (end > memory.inputBytes()) {
                throw new IllegalArgumentException("a step's inputs take " + end + " bytes or more, expected at most "
                        + memory.inputBytes() + ", for the largest step that the model was opened for");
            }
            at = (int) end;
            return start;
        }
    }

    /**
     * Writes inputs to pinned memory, in the order in which {@link #of} finds them.
     *
     * @param indexed whether ids are looked up, since some of them come from the step before
     * @return bytes to copy
     */
    static int write(StepInputs inputs, StepSlot slot, StepMemory memory, boolean indexed) {
        Walk walk = new Walk(memory);
        int tokens = inputs.tokens();
        slot.putInts(walk.section(tokens * 4L), inputs.tokenIds());
        if (indexed) {
            int at = walk.section(tokens * 4L);
            int[] sources = inputs.tokenSources();
            for (int row = 0; row < tokens; row++) {
                boolean known = sources.length == 0 || sources[row] < 0;
                slot.putInt(at + row * 4, known ? memory.rows() + row : sources[row]);
            }
        }
        slot.putLongs(walk.section(tokens * 8L), inputs.positions());
        int slots = walk.section(tokens * 4L);
        for (int row = 0; row < tokens; row++) {
            slot.putInt(slots + row * 4, memory.slot(inputs.slotMapping()[row]));
        }
        slot.putInts(walk.section(inputs.sampleRows().length * 4L), inputs.sampleRows());
        putBlocks(inputs.decodeBlockTables(), slot, memory, walk);
        for (int i = 0; i < inputs.prefills().size(); i++) {
            putBlocks(inputs.prefills().get(i).blockTable(), slot, memory, walk);
        }
        int[] adapterRows = inputs.adapters().rows();
        slot.putInts(walk.section(adapterRows.length * 4L), adapterRows);
        return walk.at;
    }

    private static void putBlocks(int[] blocks, StepSlot slot, StepMemory memory, Walk walk) {
        int at = walk.section(blocks.length * 4L);
        for (int i = 0; i < blocks.length; i++) {
            slot.putInt(at + i * 4, memory.block(blocks[i]));
        }
    }

    /** The tensors of inputs of these sizes; what they hold is read when operators run. Queues the look-up of ids. */
    static StepTensors of(StepInputs inputs, StepMemory memory, Ops ops, TensorArena arena, boolean indexed) {
        Walk walk = new Walk(memory);
        int tokens = inputs.tokens();
        Tensor ids = array(walk, arena, DataType.INT32, tokens).as(tokens);
        if (indexed) {
            Tensor index = array(walk, arena, DataType.INT32, tokens).as(tokens);
            Tensor found = arena.array(DataType.INT32, tokens).as(tokens);
            Tensor all = memory.ids(tokens).in(arena).as(memory.rows() + (long) tokens);
            ops.gather(all, index, found);
            ids = found;
        }
        Tensor positions = array(walk, arena, DataType.INT64, tokens).as(tokens);
        DeviceArray slots = array(walk, arena, DataType.INT32, tokens);
        int samples = inputs.sampleRows().length;
        DeviceArray rows = array(walk, arena, DataType.INT32, samples);
        DeviceArray decodeTables = array(walk, arena, DataType.INT32, inputs.decodeBlockTables().length);
        List<DeviceArray> prefillTables = new ArrayList<>(inputs.prefills().size());
        for (int i = 0; i < inputs.prefills().size(); i++) {
            prefillTables.add(
                    array(walk, arena, DataType.INT32, inputs.prefills().get(i).blockTable().length));
        }
        DeviceArray adapterRows =
                array(walk, arena, DataType.INT32, inputs.adapters().rows().length);
        Tensor sampled = rows == null ? null : rows.as(samples);
        return new StepTensors(ids, positions, slots, decodeTables, prefillTables, sampled, adapterRows);
    }

    private static DeviceArray array(Walk walk, TensorArena arena, DataType type, int count) {
        int at = walk.section(type.bytes(count));
        return count == 0
                ? null
                : walk.memory.inputs(at, type.bytes(count)).typed(type).in(arena);
    }
}
