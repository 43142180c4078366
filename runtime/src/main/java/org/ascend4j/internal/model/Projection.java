package org.ascend4j.internal.model;

/** Products of a layer that an adapter may add to. */
enum Projection {
    QUERY,
    KEY,
    VALUE,
    OUTPUT,
    GATE_UP,
    DOWN
}
