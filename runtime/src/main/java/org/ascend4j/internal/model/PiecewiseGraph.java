package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.Capture;
import org.ascend4j.internal.acl.CaptureMode;
import org.ascend4j.internal.acl.Graph;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.model.PassRunner.Computed;
import org.ascend4j.internal.ops.DeviceArray;

/** A decode step as graphs of what lies between attentions, which are queued as in an eager step. Serves any slot. */
final class PiecewiseGraph implements DecodeGraph {
    /** An attention between two graphs. */
    private record Call(int layer, DeviceArray q, DeviceArray k, DeviceArray v, DeviceArray out) {}

    private final PassRunner runner;
    private final Attention attention;
    private final List<Graph> pieces = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private Computed computed;

    private PiecewiseGraph(PassRunner runner, Attention attention) {
        this.runner = runner;
        this.attention = attention;
    }

    /** Captures a step of this shape. Everything the capture needs must have been rehearsed. */
    static PiecewiseGraph capture(PassRunner runner, Attention attention, StepInputs shape) {
        PiecewiseGraph graph = new PiecewiseGraph(runner, attention);
        runner.arena().reset();
        try (Cut cut = graph.new Cut()) {
            graph.computed = runner.compute(shape, cut, true);
            graph.pieces.add(cut.capture.end());
            return graph;
        } catch (RuntimeException | Error e) {
            graph.close();
            throw e;
        } finally {
            runner.arena().reset();
        }
    }

    /** Ends one piece and begins the next where attention comes. */
    private final class Cut implements Attention {
        private Capture capture = begin();

        private Capture begin() {
            return Capture.begin(runner.session().stream(), CaptureMode.THREAD_LOCAL);
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
            pieces.add(capture.end());
            calls.add(new Call(layer, q, k, v, out));
            capture = begin();
        }

        @Override
        public void close() {
            capture.close();
        }
    }

    @Override
    public void queue(StepInputs inputs, StepResult result) {
        Stream stream = runner.session().stream();
        runner.stage(inputs, result.slot(), true);
        runner.arena().reset(); // closes the tensors of the last step's attentions
        runner.session().ops().crumbs().add("graphs of " + inputs.decodes() + " rows", null, null);
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            pieces.get(i).launch(stream);
            attention.attend(call.layer(), inputs, computed.step(), call.q(), call.k(), call.v(), call.out());
        }
        pieces.get(calls.size()).launch(stream);
        runner.bring(computed, inputs, inputs.sampleRows().length, result);
    }

    @Override
    public void close() {
        pieces.forEach(Graph::close);
    }
}
