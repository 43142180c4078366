package org.ascend4j.internal.engine;

import org.ascend4j.internal.schedule.Sequence;

/** A sequence and where its tokens go. */
public record Request(Sequence sequence, TokenSink sink) {}
