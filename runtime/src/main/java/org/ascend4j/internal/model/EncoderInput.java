package org.ascend4j.internal.model;

/**
 * One sequence for an {@link Encoder}.
 *
 * @param tokens 1 or more ids
 * @param types the segment of each token; empty if all are 0
 * @param pooling what is wanted of its states
 */
public record EncoderInput(int[] tokens, int[] types, TokenPooling pooling) {}
