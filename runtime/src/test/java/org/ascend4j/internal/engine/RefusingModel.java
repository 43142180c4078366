package org.ascend4j.internal.engine;

import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.model.GraphLevel;
import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelConfig;

/** A model that queues one of its steps and then has an operator refuse more of it. */
record RefusingModel(Model model, int refusedAt, int[] count) implements Model {
    /** An operator's code for parameters it does not take. */
    private static final int PARAM_INVALID = 161002;

    RefusingModel(Model model, int refusedAt) {
        this(model, refusedAt, new int[1]);
    }

    @Override
    public Logits forward(StepInputs inputs) {
        Logits logits = model.forward(inputs);
        Acl.check(count[0]++ == refusedAt ? PARAM_INVALID : 0, "aclnnMatmulGetWorkspaceSize");
        return logits;
    }

    @Override
    public void prepare(GraphLevel level, int inFlight) {
        model.prepare(level, inFlight);
    }

    @Override
    public int paddedRows(int decodes) {
        return model.paddedRows(decodes);
    }

    @Override
    public int paddedWidth() {
        return model.paddedWidth();
    }

    @Override
    public void settle() {
        model.settle();
    }

    @Override
    public GraphStats graphStats() {
        return model.graphStats();
    }

    @Override
    public ModelConfig config() {
        return model.config();
    }

    @Override
    public DeviceSession session() {
        return model.session();
    }

    @Override
    public int kvBlocks() {
        return model.kvBlocks();
    }

    @Override
    public int kvBlockSize() {
        return model.kvBlockSize();
    }

    @Override
    public void close() {
        model.close();
    }
}
