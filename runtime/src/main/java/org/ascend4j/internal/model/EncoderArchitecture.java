package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.DeviceArray;

/** The order of operators of a model that turns tokens into states. */
interface EncoderArchitecture {
    /**
     * @param types (T) int32, the segment of each token
     * @return (R, width) states of the pass's sampling rows
     */
    DeviceArray forward(Pass pass, Tensor types);

    /** Values of a row. */
    int width();
}
