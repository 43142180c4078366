package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.ExpertOps;
import org.ascend4j.internal.weight.Experts;
import org.ascend4j.internal.weight.Linear;

/**
 * A feed-forward layer of experts: a router chooses k gated MLPs for each token, whose results are weighted and added.
 *
 * @param router (H, E)
 * @param gateUp each expert's gate and up projections in one, (E, H, 2F)
 * @param down (E, F, H)
 * @param chosen k
 * @param normalized whether the k weights sum to one
 */
record ExpertMlp(Linear router, Experts gateUp, Experts down, int chosen, boolean normalized) implements FeedForward {
    @Override
    public void apply(Pass pass, LayerBuffers buffers, Tensor x, Tensor out) {
        ExpertOps experts = new ExpertOps(pass.ops());
        long tokens = x.shape()[0];
        long rows = tokens * chosen;
        Tensor logits = pass.array(tokens * router.outFeatures()).as(tokens, router.outFeatures());
        Tensor weights = pass.array(rows).as(tokens, chosen);
        Tensor ids = pass.arena().array(DataType.INT32, rows).as(tokens, chosen);
        Tensor places = pass.arena().array(DataType.INT32, rows).as(rows);
        Tensor ends = pass.arena().array(DataType.INT32, gateUp.count()).as(gateUp.count());
        Tensor wideEnds = pass.arena().array(DataType.INT64, gateUp.count()).as(gateUp.count());
        DeviceArray sorted = pass.array(rows * down.outFeatures());
        DeviceArray both = pass.array(rows * gateUp.outFeatures());
        DeviceArray activated = pass.array(rows * down.inFeatures());
        DeviceArray results = pass.array(rows * down.outFeatures());

        router.apply(pass.ops(), x, logits);
        experts.choose(logits, chosen, normalized, weights, ids);
        experts.sort(x, ids, sorted.as(rows, down.outFeatures()), places, ends);
        pass.ops().cast(ends, DataType.INT64, wideEnds);
        multiply(experts, gateUp, sorted, wideEnds, both, rows);
        pass.ops().activations().swiGlu(both.as(rows, gateUp.outFeatures()), activated.as(rows, down.inFeatures()));
        multiply(experts, down, activated, wideEnds, results, rows);
        experts.gather(results.as(rows, down.outFeatures()), places, weights, out);
    }

    private static void multiply(
            ExpertOps ops, Experts experts, DeviceArray x, Tensor ends, DeviceArray out, long rows) {
        try (TensorList from = list(x, rows, experts.inFeatures());
                TensorList weights = experts.list();
                TensorList to = list(out, rows, experts.outFeatures())) {
            ops.multiply(from, weights, ends, to);
        }
    }

    private static TensorList list(DeviceArray array, long rows, long columns) {
        return TensorList.of(Tensor.of(array.type(), new long[] {rows, columns}, array.memory()));
    }
}
