package org.ascend4j.internal.batch;

import java.util.List;

/**
 * The arrays one forward pass reads, T tokens in all. Rows of single-token sequences (decode) come first.
 *
 * @param tokenIds T ids
 * @param positions T positions in their sequences
 * @param slotMapping T cache slots: block · block size + offset
 * @param decodeBlockTables {@code decodes × tableWidth} block ids, padded with the null block
 * @param tableWidth blocks per row of {@code decodeBlockTables}
 * @param decodeLengths tokens in the cache after this step, one for each decode row
 * @param prefills longer runs of tokens, in row order after the decodes
 * @param sampleRows rows whose logits are wanted, one for each sampling entry of the step, in its order
 */
public record StepInputs(
        int[] tokenIds,
        long[] positions,
        int[] slotMapping,
        int[] decodeBlockTables,
        int tableWidth,
        long[] decodeLengths,
        List<Prefill> prefills,
        int[] sampleRows) {
    /**
     * Consecutive tokens of one sequence.
     *
     * @param firstRow row of the first token
     * @param count tokens in this step
     * @param length tokens in the cache after this step
     * @param blockTable the sequence's blocks up to {@code length}
     */
    public record Prefill(int firstRow, int count, int length, int[] blockTable) {}

    /** T, the number of rows. */
    public int tokens() {
        return tokenIds.length;
    }

    /** Sequences that run one token. */
    public int decodes() {
        return decodeLengths.length;
    }
}
