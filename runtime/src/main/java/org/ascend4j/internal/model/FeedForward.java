package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.Tensor;

/** The half of a layer that works on each token alone. */
interface FeedForward {
    /** out (T, H) of x (T, H). */
    void apply(Pass pass, LayerBuffers buffers, Tensor x, Tensor out);
}
