package org.ascend4j.internal.model;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.weight.LoadRounding;

/**
 * How a model is put on a device.
 *
 * @param type of activations
 * @param fast lets operators multiply quantized weights in int8
 * @param threads that read and convert weights
 * @param maxSequences most sequences that run at once
 * @param maxBatchTokens most tokens of one step
 * @param contextLength most tokens of one sequence
 * @param blockSize tokens per cache block
 * @param kvTokens tokens that the cache holds; 0 sizes it by free memory
 * @param rounding of weights in 16 or 32 bits
 * @param kvType of cached keys and values: that of activations, or int8
 */
public record LoadSettings(
        DataType type,
        boolean fast,
        int threads,
        int maxSequences,
        int maxBatchTokens,
        int contextLength,
        int blockSize,
        int kvTokens,
        LoadRounding rounding,
        DataType kvType) {
    /** Weights stay, and keys and values are cached, as they are. */
    public LoadSettings(
            DataType type,
            boolean fast,
            int threads,
            int maxSequences,
            int maxBatchTokens,
            int contextLength,
            int blockSize,
            int kvTokens) {
        this(
                type,
                fast,
                threads,
                maxSequences,
                maxBatchTokens,
                contextLength,
                blockSize,
                kvTokens,
                LoadRounding.NONE,
                type);
    }

    /** The same with keys and values cached in another type. */
    public LoadSettings withKvType(DataType other) {
        return new LoadSettings(
                type, fast, threads, maxSequences, maxBatchTokens, contextLength, blockSize, kvTokens, rounding, other);
    }

    LoadSettings withKvTokens(int tokens) {
        return new LoadSettings(
                type, fast, threads, maxSequences, maxBatchTokens, contextLength, blockSize, tokens, rounding, kvType);
    }
}
