package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.Ops;

/**
 * Keeps values within a bound without a corner: c · tanh(v / c).
 *
 * @param cap c, (1)
 * @param inverse 1 / c, (1)
 */
record SoftCap(Tensor cap, Tensor inverse) {
    /** In place: element-wise operators may write where they read. */
    void apply(Ops ops, Tensor values) {
        ops.mul(values, inverse, values);
        ops.activations().tanh(values, values);
        ops.mul(values, cap, values);
    }
}
