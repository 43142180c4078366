package org.ascend4j.internal.schedule;

/**
 * What a step brought a sequence: the tokens at {@code from} to {@code from + count}, at least one.
 *
 * @param from position of the first
 */
public record Advance(Sequence sequence, int from, int count) {}
