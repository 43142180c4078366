package org.ascend4j.internal.weight;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.ops.DeviceArray;

/**
 * Matrices of all experts of a layer, in the activations' type.
 *
 * @param weights (E, N, K): for each expert rows as files have them
 * @param count E
 * @param inFeatures K
 * @param outFeatures N
 */
public record Experts(DeviceArray weights, int count, int inFeatures, int outFeatures) {
    /** The matrices as one tensor (E, K, N), a transposed view, in a list of its own. */
    public TensorList list() {
        long[] shape = {count, inFeatures, outFeatures};
        long[] strides = {(long) outFeatures * inFeatures, 1, inFeatures};
        return TensorList.of(Tensor.of(weights.type(), shape, strides, 0, weights.memory()));
    }
}
