package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.weight.Linear;

/**
 * The attention of one layer: projections, norms of heads where the family has them, positions, cache, and the projection
 * back.
 *
 * @param qNorm gamma (size) of an RMS norm over each query head; null for none, as is {@code kNorm}
 */
record SelfAttention(
        ModelConfig config, int layer, Linear q, Linear k, Linear v, Tensor qNorm, Tensor kNorm, Linear output) {
    /** out (T, H) = attention of x (T, H). */
    void apply(Pass pass, LayerBuffers buffers, Tensor x, Tensor out) {
        long tokens = pass.inputs().tokens();
        project(pass, q, Projection.QUERY, x, buffers.q.as(tokens, config.querySize()));
        project(pass, k, Projection.KEY, x, buffers.k.as(tokens, config.kvSize()));
        project(pass, v, Projection.VALUE, x, buffers.v.as(tokens, config.kvSize()));
        DeviceArray queries = buffers.q;
        DeviceArray keys = buffers.k;
        DeviceArray spareQ = buffers.otherQ;
        DeviceArray spareK = buffers.otherK;
        if (qNorm != null) {
            normalize(pass, queries, tokens * config.heads(), qNorm, spareQ);
            normalize(pass, keys, tokens * config.kvHeads(), kNorm, spareK);
            queries = buffers.otherQ;
            keys = buffers.otherK;
            spareQ = buffers.q;
            spareK = buffers.k;
        }
        if (pass.rotary().rotates(layer)) {
            pass.rotary().rotate(layer, pass.step().positions(), queries, keys, spareQ, spareK);
            queries = spareQ;
            keys = spareK;
        }
        pass.attention().attend(layer, pass.inputs(), pass.step(), queries, keys, buffers.v, buffers.attended);
        project(pass, output, Projection.OUTPUT, buffers.attended.as(tokens, config.querySize()), out);
    }

    private void project(Pass pass, Linear linear, Projection projection, Tensor x, Tensor out) {
        linear.apply(pass.ops(), x, out);
        pass.adapt(layer, projection, x, out);
    }

    private void normalize(Pass pass, DeviceArray x, long rows, Tensor gamma, DeviceArray out) {
        Tensor rstd = pass.floats(rows).as(rows, 1);
        long size = config.headSize();
        pass.ops().rmsNorm(x.as(rows, size), gamma, config.normEpsilon(), out.as(rows, size), rstd);
    }
}
