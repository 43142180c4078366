package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/** Queues the operators of a pass, from the look-up of ids to the best token of each row, eagerly or for a graph. */
final class PassRunner {
    private final DeviceSession session;
    private final ModelConfig config;
    private final DataType type;
    private final Architecture architecture;
    private final Rotary rotary;
    private final TensorArena arena;
    private final StepMemory memory;

    PassRunner(
            DeviceSession session,
            ModelConfig config,
            DataType type,
            Architecture architecture,
            Rotary rotary,
            TensorArena arena,
            StepMemory memory) {
        this.session = session;
        this.config = config;
        this.type = type;
        this.architecture = architecture;
        this.rotary = rotary;
        this.arena = arena;
        this.memory = memory;
    }

    DeviceSession session() {
        return session;
    }

    StepMemory memory() {
        return memory;
    }

    TensorArena arena() {
        return arena;
    }

    /**
     * What a pass computes.
     *
     * @param logits (R, V); null for no rows
     * @param best float32 logits of the ids that were found best; null if nothing is sampled
     * @param checked how many of them there are
     */
    record Computed(StepTensors step, DeviceArray logits, DeviceArray best, int checked) {}

    /** @param indexed whether ids are looked up among those that the step before sampled */
    Computed compute(StepInputs inputs, Attention attention, boolean indexed) {
        Ops ops = session.ops();
        StepTensors step = StepTensors.of(inputs, memory, ops, arena, indexed);
        rotary.prepare(arena, step.positions());
        Pass pass = new Pass(ops, arena, type, inputs, step, rotary, attention);
        DeviceArray logits = architecture.forward(pass);
        int samples = sampled(inputs);
        if (samples == 0) {
            return new Computed(step, logits, null, 0);
        }
        long width = config.vocabularySize();
        ops.argMax(logits.as(samples, width), memory.ids(0).in(arena).as(samples));
        int checked = Math.min(samples, memory.startCount());
        return new Computed(step, logits, best(logits, inputs.sampleRows().length * width, checked), checked);
    }

    /** Padded steps sample for all rows, so that a graph's size says all. */
    private static int sampled(StepInputs inputs) {
        return inputs.padding() > 0 ? inputs.sampleRows().length : inputs.samples();
    }

    private DeviceArray best(DeviceArray logits, long elements, int rows) {
        Ops ops = session.ops();
        DeviceArray places = arena.array(DataType.INT32, rows);
        ops.addIntegers(
                memory.ids(0).in(arena).as(rows), memory.rowStarts().in(arena).as(rows), places.as(rows));
        DeviceArray found = arena.array(type, rows);
        ops.gather(logits.as(elements), places.as(rows), found.as(rows));
        if (type == DataType.FLOAT) {
            return found;
        }
        DeviceArray floats = arena.array(DataType.FLOAT, rows);
        ops.cast(found.as(rows), DataType.FLOAT, floats.as(rows));
        return floats;
    }

    /** Queues a whole step. */
    void queue(StepInputs inputs, StepSlot slot, Attention attention, StepResult result) {
        Stream stream = session.stream();
        boolean indexed = inputs.tokenSources().length > 0;
        int bytes = StepTensors.write(inputs, slot, memory, indexed);
        slot.expect();
        slot.start().record(stream);
        memory.inputs(0, bytes).memory().copyFromAsync(0, slot.staging(), 0, bytes, stream);
        arena.reset();
        Computed computed = compute(inputs, attention, indexed);
        queueResults(computed, sampled(inputs), slot);
        slot.end().record(stream);
        result.begin(computed.logits(), inputs.sampleRows().length, inputs.samples(), computed.checked());
    }

    /** A step without samples brings one old id as well, as the sign that it is over. */
    private void queueResults(Computed computed, int samples, StepSlot slot) {
        Stream stream = session.stream();
        memory.ids(0).memory().copyToAsync(0, slot.results(), 0, Math.max(1, samples) * 4L, stream);
        if (computed.checked() > 0) {
            long bytes = computed.checked() * 4L;
            computed.best().memory().copyToAsync(0, slot.results(), slot.bestOffset(), bytes, stream);
        }
    }
}
