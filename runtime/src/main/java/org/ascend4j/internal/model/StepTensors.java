package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
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
 */
record StepTensors(
        Tensor tokenIds,
        Tensor positions,
        DeviceArray slots,
        DeviceArray decodeTables,
        List<DeviceArray> prefillTables,
        Tensor sampleRows) {

    /** Sections begin where operators read best. */
    private static final int ALIGNMENT = 64;

    /** Waits for the last step, then queues the copy. */
    static StepTensors upload(DeviceSession session, TensorArena arena, StepInputs inputs) {
        return new Upload(session, arena, inputs).run();
    }

    /** Lays the sections out, fills them, copies them. */
    private static final class Upload {
        private final DeviceSession session;
        private final StepInputs inputs;
        private final ByteBuffer staging;
        private final DeviceArray bytes;
        private final long size;
        private int at;

        Upload(DeviceSession session, TensorArena arena, StepInputs inputs) {
            // The staging memory and the arena's contents are free once the last step has run.
            session.synchronize();
            this.session = session;
            this.inputs = inputs;
            this.size = size(inputs);
            this.staging = session.stage(size);
            this.bytes = arena.array(DataType.UINT8, size);
        }

        private static long size(StepInputs inputs) {
            long size = section(inputs.tokens() * 4L) * 2 + section(inputs.tokens() * 8L);
            size += section(inputs.decodeBlockTables().length * 4L) + section(inputs.sampleRows().length * 4L);
            for (StepInputs.Prefill prefill : inputs.prefills()) {
                size += section(prefill.blockTable().length * 4L);
            }
            return size;
        }

        private static long section(long bytes) {
            return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }

        StepTensors run() {
            int tokens = inputs.tokens();
            DeviceArray ids = ints(inputs.tokenIds());
            DeviceArray positions = longs(inputs.positions());
            DeviceArray slots = ints(inputs.slotMapping());
            DeviceArray decodeTables = inputs.decodes() == 0 ? null : ints(inputs.decodeBlockTables());
            List<DeviceArray> prefillTables = new ArrayList<>(inputs.prefills().size());
            for (StepInputs.Prefill prefill : inputs.prefills()) {
                prefillTables.add(ints(prefill.blockTable()));
            }
            int samples = inputs.sampleRows().length;
            DeviceArray rows = samples == 0 ? null : ints(inputs.sampleRows());
            session.upload(bytes.memory(), at);
            return new StepTensors(
                    ids.as(tokens),
                    positions.as(tokens),
                    slots,
                    decodeTables,
                    prefillTables,
                    rows == null ? null : rows.as(samples));
        }

        private DeviceArray ints(int[] values) {
            staging.slice(at, values.length * 4)
                    .order(staging.order())
                    .asIntBuffer()
                    .put(values);
            return next(DataType.INT32, values.length);
        }

        private DeviceArray longs(long[] values) {
            staging.slice(at, values.length * 8)
                    .order(staging.order())
                    .asLongBuffer()
                    .put(values);
            return next(DataType.INT64, values.length);
        }

        private DeviceArray next(DataType type, int count) {
            DeviceArray section = bytes.slice(at, type.bytes(count)).typed(type);
            at += (int) section(type.bytes(count));
            return section;
        }
    }
}
