package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;

/** Activations of a pass that layers use one after the other; what one leaves is garbage to the next. */
final class LayerBuffers {
    /** Projected queries, keys and values, (T, heads · size) and twice (T, kvHeads · size). */
    final DeviceArray q;

    final DeviceArray k;
    final DeviceArray v;

    /** Queries and keys after a norm or a rotation, which do not work in place. */
    final DeviceArray otherQ;

    final DeviceArray otherK;

    /** (T, heads · size). */
    final DeviceArray attended;

    /** (T, 2F) and twice (T, F). */
    final Tensor gateUp;

    final Tensor gate;
    final Tensor activated;

    LayerBuffers(Pass pass, ModelConfig config) {
        long tokens = pass.inputs().tokens();
        long mlp = config.feedForwardSize();
        q = pass.array(tokens * config.querySize());
        k = pass.array(tokens * config.kvSize());
        v = pass.array(tokens * config.kvSize());
        otherQ = pass.array(tokens * config.querySize());
        otherK = pass.array(tokens * config.kvSize());
        attended = pass.array(tokens * config.querySize());
        gateUp = pass.array(2 * tokens * mlp).as(tokens, 2 * mlp);
        gate = pass.array(tokens * mlp).as(tokens, mlp);
        activated = pass.array(tokens * mlp).as(tokens, mlp);
    }
}
