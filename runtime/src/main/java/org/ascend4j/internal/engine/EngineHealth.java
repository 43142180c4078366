package org.ascend4j.internal.engine;

import java.time.Instant;

/**
 * An engine's state at a moment.
 *
 * @param reason why it is in this state, for people
 * @param since when the state began, by the wall clock
 */
public record EngineHealth(EngineState state, String reason, Instant since) {}
