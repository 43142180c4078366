package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.Capture;
import org.ascend4j.internal.acl.Event;
import org.ascend4j.internal.acl.IntArray;
import org.ascend4j.internal.acl.StepProgram;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.acl.TaskGroup;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.ops.DeviceArray;

/**
 * Attention while a whole step is captured. The operator takes lengths from the host, so each layer's call is a task group
 * that waits for an event: before a replay it is exchanged for one with the lengths of that step.
 */
final class CapturedAttention implements Attention {
    /** One layer's call. */
    private record Call(int layer, TaskGroup group, StepTensors step, DeviceArray q, DeviceArray out) {}

    private final FusedAttention attention;
    private final Capture capture;
    private final Stream stream;
    private final List<Event> ready;
    private final List<Call> calls = new ArrayList<>();

    /** @param ready one external event for each layer, which no other graph in flight uses */
    CapturedAttention(FusedAttention attention, Capture capture, Stream stream, List<Event> ready) {
        this.attention = attention;
        this.capture = capture;
        this.stream = stream;
        this.ready = ready;
    }

    @Override
    public void attend(
            int layer,
            StepInputs inputs,
            StepTensors step,
            DeviceArray q,
            DeviceArray k,
            DeviceArray v,
            DeviceArray out) {
        attention.write(layer, inputs.tokens(), step, k, v);
        stream.waitFor(ready.get(layer));
        ready.get(layer).reset(stream);
        TaskGroup group = capture.group(() -> attention.attendDecodes(layer, inputs, step, q, out));
        calls.add(new Call(layer, group, step, q, out));
    }

    /** Appends the updates of all layers. */
    void append(StepProgram program, StepInputs inputs, IntArray ones, Stream side) {
        for (Call call : calls) {
            program.beginUpdate(call.group(), side);
            attention.append(program, side, call.layer(), inputs, call.step(), ones, call.q(), call.out());
            program.endUpdate(side).record(ready.get(call.layer()), side);
        }
    }

    /** The attention is its owner's. */
    @Override
    public void close() {}
}
