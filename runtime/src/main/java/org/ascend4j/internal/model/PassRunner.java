package org.ascend4j.internal.model;

import java.util.Map;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.batch.AdapterRows;
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
    private final Map<Integer, LoraAdapter> adapters;

    /** @param adapters those that are loaded at the time of a pass */
    PassRunner(
            DeviceSession session,
            ModelConfig config,
            DataType type,
            Architecture architecture,
            Rotary rotary,
            TensorArena arena,
            StepMemory memory,
            Map<Integer, LoraAdapter> adapters) {
        this.session = session;
        this.config = config;
        this.type = type;
        this.architecture = architecture;
        this.rotary = rotary;
        this.arena = arena;
        this.memory = memory;
        this.adapters = adapters;
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
        Pass pass = new Pass(ops, arena, type, inputs, step, rotary, attention, adapted(inputs, step));
        DeviceArray logits = architecture.forward(pass);
        int samples = inputs.samples();
        if (samples == 0) {
            return new Computed(step, logits, null, 0);
        }
        long width = config.vocabularySize();
        ops.argMax(logits.as(samples, width), memory.ids(0).in(arena).as(samples));
        int checked = Math.min(samples, memory.startCount());
        return new Computed(step, logits, best(logits, inputs.sampleRows().length * width, checked), checked);
    }

    private LoraPass adapted(StepInputs inputs, StepTensors step) {
        AdapterRows rows = inputs.adapters();
        return rows.isEmpty()
                ? null
                : new LoraPass(session.ops(), arena, type, config, rows, step.adapterRows(), inputs.tokens(), adapters);
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
    void queue(StepInputs inputs, Attention attention, StepResult result) {
        boolean indexed = inputs.tokenSources().length > 0;
        stage(inputs, result.slot(), indexed);
        arena.reset();
        bring(compute(inputs, attention, indexed), inputs, inputs.samples(), result);
    }

    /** Queues the copy of a step's inputs. */
    void stage(StepInputs inputs, StepSlot slot, boolean indexed) {
        int bytes = StepTensors.write(inputs, slot, memory, indexed);
        slot.expect();
        slot.start().record(session.stream());
        memory.inputs(0, bytes).memory().copyFromAsync(0, slot.staging(), 0, bytes, session.stream());
    }

    /**
     * Queues the copies of what a step found best. A step without samples brings one old id as well, as the sign that it
     * is over.
     *
     * @param ids how many ids it finds
     */
    void bring(Computed computed, StepInputs inputs, int ids, StepResult result) {
        Stream stream = session.stream();
        StepSlot slot = result.slot();
        memory.ids(0).memory().copyToAsync(0, slot.results(), 0, Math.max(1, ids) * 4L, stream);
        if (computed.checked() > 0) {
            long bytes = computed.checked() * 4L;
            computed.best().memory().copyToAsync(0, slot.results(), slot.bestOffset(), bytes, stream);
        }
        slot.end().record(stream);
        int checked = Math.min(computed.checked(), inputs.samples());
        result.begin(computed.logits(), inputs.sampleRows().length, inputs.samples(), checked);
    }

    /** Makes all memory that a step of this shape needs, and asks every operator whether it would take it. */
    void rehearse(StepInputs shape, Attention attention) {
        arena.reset();
        session.ops().rehearse(() -> compute(shape, attention, true));
        arena.reset();
    }
}
