package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.Head;

/**
 * One forward pass: its inputs and what it works with.
 *
 * @param arena memory that lives until the next pass
 * @param type of activations
 * @param adapters null if no row has one
 */
record Pass(
        Ops ops,
        TensorArena arena,
        DataType type,
        StepInputs inputs,
        StepTensors step,
        Rotary rotary,
        Attention attention,
        LoraPass adapters) {
    /** The operators work with the pass's memory from here on. */
    Pass {
        ops.lend(arena);
    }

    /** Activations, not initialised. */
    DeviceArray array(long elements) {
        return arena.array(type, elements);
    }

    /** Float32 numbers, not initialised. */
    DeviceArray floats(long elements) {
        return arena.array(DataType.FLOAT, elements);
    }

    /** Adds to out (T, N) = x (T, K) · weight what adapters make of x in their rows. */
    void adapt(int layer, Projection projection, Tensor x, Tensor out) {
        if (adapters != null) {
            adapters.add(layer, projection, x, out);
        }
    }

    /** Logits of those rows of x (T, H) that the step samples: the head is too wide to run for the others. */
    DeviceArray project(Tensor x, Head head) {
        if (step.sampleRows() == null) {
            return null;
        }
        long rows = inputs.sampleRows().length;
        long hidden = x.shape()[1];
        Tensor sampled = array(rows * hidden).as(rows, hidden);
        ops.gather(x, step.sampleRows(), sampled);
        DeviceArray logits = array(rows * head.vocabularySize());
        head.apply(ops, arena, sampled, logits);
        return logits;
    }
}
