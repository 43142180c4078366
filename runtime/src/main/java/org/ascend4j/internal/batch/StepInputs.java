package org.ascend4j.internal.batch;

import java.util.List;

/**
 * The arrays one forward pass reads, T rows in all. Rows of sequences that run a single one (decode) come first.
 *
 * @param tokenIds T ids; 0 where {@code tokenSources} names a row
 * @param positions T positions in their sequences
 * @param slotMapping T cache slots: block · block size + offset; in the null block for padding
 * @param decodeBlockTables {@code decodes × tableWidth} block ids, padded with the null block
 * @param tableWidth blocks per row of {@code decodeBlockTables}
 * @param decodeLengths tokens in the cache after this step, one for each decode row; 1 for padding
 * @param prefills longer runs of tokens, in row order after the decodes; drafts make a run of a decode
 * @param sampleRows rows whose logits are wanted: first {@code samples} sampled ones, in the order of the step's
 *     entries, then the prompt rows of entries that ask for them; in the shape of a graph followed by row 0
 *     until there are as many as decodes
 * @param samples how many of {@code sampleRows} are sampled
 * @param promptRows how many of {@code sampleRows} after those belong to prompts
 * @param tokenSources T rows among the sampled rows of the step before, whose sampled ids are this step's tokens; -1
 *     where {@code tokenIds} has it. Empty if all ids are known
 * @param blockCopies pairs of a block and the block that gets its content in every layer, before anything else of this
 *     step
 * @param padding decode rows at the end that belong to no sequence
 * @param adapters rows that an adapter changes; a padded step has none
 */
public record StepInputs(
        int[] tokenIds,
        long[] positions,
        int[] slotMapping,
        int[] decodeBlockTables,
        int tableWidth,
        long[] decodeLengths,
        List<Prefill> prefills,
        int[] sampleRows,
        int samples,
        int promptRows,
        int[] tokenSources,
        int[] blockCopies,
        int padding,
        AdapterRows adapters) {
    private static final int[] NONE = {};

    /**
     * Consecutive tokens of one sequence.
     *
     * @param firstRow row of the first token
     * @param count tokens in this step
     * @param length tokens in the cache after this step
     * @param blockTable the sequence's blocks up to {@code length}
     */
    public record Prefill(int firstRow, int count, int length, int[] blockTable) {}

    /** Inputs whose ids are all known, whose wanted rows are all sampled, without copies, padding and adapters. */
    public StepInputs(
            int[] tokenIds,
            long[] positions,
            int[] slotMapping,
            int[] decodeBlockTables,
            int tableWidth,
            long[] decodeLengths,
            List<Prefill> prefills,
            int[] sampleRows) {
        this(
                tokenIds,
                positions,
                slotMapping,
                decodeBlockTables,
                tableWidth,
                decodeLengths,
                prefills,
                sampleRows,
                sampleRows.length,
                0,
                NONE,
                NONE,
                0,
                AdapterRows.NONE);
    }

    /** The same step with other adapters. */
    public StepInputs withAdapters(AdapterRows rows) {
        return new StepInputs(
                tokenIds,
                positions,
                slotMapping,
                decodeBlockTables,
                tableWidth,
                decodeLengths,
                prefills,
                sampleRows,
                samples,
                promptRows,
                tokenSources,
                blockCopies,
                padding,
                rows);
    }

    /** T, the number of rows. */
    public int tokens() {
        return tokenIds.length;
    }

    /** Rows of sequences that run one, and padding. */
    public int decodes() {
        return decodeLengths.length;
    }
}
