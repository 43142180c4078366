package org.ascend4j.internal.model;

import org.ascend4j.internal.ops.DeviceArray;

/** The order of a model family's operators over its weights. */
public interface Architecture {
    /** @return logits (R, V) of the step's sampling rows, null if there are none */
    DeviceArray forward(Pass pass);
}
