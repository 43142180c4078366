package org.ascend4j;

import java.time.Duration;

/**
 * How far a reader may fall behind its answer. One that falls further is cut off with a
 * {@link org.ascend4j.error.SlowConsumerException}; others never wait for it.
 *
 * @param bufferTokens most tokens that wait to be read
 * @param stallTimeout longest time that a token waits to be read while others come
 */
public record Streaming(int bufferTokens, Duration stallTimeout) {}
