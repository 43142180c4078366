package org.ascend4j.internal.model;

import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.acl.Capture;
import org.ascend4j.internal.acl.CaptureMode;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.acl.Event;
import org.ascend4j.internal.acl.Graph;
import org.ascend4j.internal.acl.IntArray;
import org.ascend4j.internal.acl.StepProgram;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.model.PassRunner.Computed;

/**
 * A whole decode step as one graph, and a program that makes all calls of a step: updates of the layers' lengths, the copy
 * of the inputs, the replay, the copies of the results. A step is one native call. Updates come first: should one be
 * refused, nothing waits for it.
 */
final class FullGraph implements DecodeGraph {
    private final PassRunner runner;
    private final Computed computed;
    private final Graph graph;
    private final IntArray ones;
    private final StepProgram program;
    private final List<Tensor> kept;
    private final String name;

    private FullGraph(
            PassRunner runner, Computed computed, Graph graph, IntArray ones, StepProgram program, List<Tensor> kept) {
        this.runner = runner;
        this.computed = computed;
        this.graph = graph;
        this.ones = ones;
        this.program = program;
        this.kept = kept;
        this.name = "graph of " + program.values().limit() + " rows";
    }

    /**
     * Captures a step; none of its slot may be in flight. Everything the capture needs must have been rehearsed.
     *
     * @param shape inputs of the graph's size
     */
    static FullGraph capture(
            PassRunner runner, FusedAttention attention, StepInputs shape, StepSlot slot, List<Event> ready) {
        Stream stream = runner.session().stream();
        runner.arena().reset();
        Graph graph;
        Computed computed;
        CapturedAttention captured;
        try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
            captured = new CapturedAttention(attention, capture, stream, ready);
            computed = runner.compute(shape, captured, true);
            graph = capture.end();
        }
        long[] counts = new long[shape.decodes()];
        Arrays.fill(counts, 1);
        IntArray ones = IntArray.of(counts);
        StepProgram program = new StepProgram(shape.decodes());
        runner.arena().reset(); // only the program's tensors have to stay
        try {
            captured.append(program, shape, ones, runner.session().side());
            append(program, runner, computed, shape, slot, graph);
            return new FullGraph(
                    runner, computed, graph, ones, program, runner.arena().release());
        } catch (RuntimeException | Error e) {
            program.close();
            ones.close();
            graph.close();
            throw e;
        }
    }

    private static void append(
            StepProgram program, PassRunner runner, Computed computed, StepInputs shape, StepSlot slot, Graph graph) {
        Stream stream = runner.session().stream();
        StepMemory memory = runner.memory();
        int bytes = StepTensors.write(shape, slot, memory, true);
        DeviceMemory inputs = memory.inputs(0, bytes).memory();
        DeviceMemory best = computed.best().memory();
        program.record(slot.start(), stream)
                .copy(slot.staging(), 0, inputs, 0, bytes, stream)
                .launch(graph, stream)
                .copy(memory.ids(0).memory(), 0, slot.results(), 0, shape.decodes() * 4L, stream)
                .copy(best, 0, slot.results(), slot.bestOffset(), computed.checked() * 4L, stream)
                .record(slot.end(), stream);
    }

    @Override
    public void queue(StepInputs inputs, StepResult result) {
        StepTensors.write(inputs, result.slot(), runner.memory(), true);
        result.slot().expect();
        runner.session().ops().crumbs().add(name, null, null);
        program.values().put(0, inputs.decodeLengths());
        program.run();
        int checked = Math.min(computed.checked(), inputs.samples());
        result.begin(computed.logits(), inputs.sampleRows().length, inputs.samples(), checked);
    }

    @Override
    public void close() {
        program.close();
        ones.close();
        kept.forEach(Tensor::close);
        graph.close();
    }
}
