package org.ascend4j.internal.schedule;

import java.util.Arrays;
import java.util.Random;
import org.ascend4j.internal.batch.StepInputs;

/**
 * A KV cache whose "keys" are the tokens themselves and whose "attention" folds all of a sequence's tokens, read through
 * the block tables, into one number. A wrong block, slot, copy or order changes the number and so the sampled token.
 */
final class FakeDevice {
    static final int VOCABULARY = 6;
    static final int STOP = 5;
    private static final int NEVER_WRITTEN = -7;

    private final int blockSize;
    private final int[] cache;

    FakeDevice(int blocks, int blockSize) {
        this.blockSize = blockSize;
        this.cache = new int[blocks * blockSize];
        Arrays.fill(cache, NEVER_WRITTEN);
    }

    /** The empty sequence's number. */
    static long start() {
        return 1;
    }

    static long fold(long state, int token) {
        long mixed = (state ^ token) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }

    /** The token after a sequence: often the last one's successor, so that n-grams repeat. */
    static int sample(long state, int last, long seed) {
        long draw = fold(state ^ seed, 77) >>> 20;
        return draw % 4 == 0 ? (int) (draw / 4 % VOCABULARY) : (last + 1) % (VOCABULARY - 1);
    }

    /** What a sequence generates when nothing else runs. */
    static int[] alone(int[] prompt, int maxTokens, long seed, boolean stops, int minTokens) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + maxTokens);
        long state = start();
        for (int token : prompt) {
            state = fold(state, token);
        }
        for (int length = prompt.length; length < tokens.length; length++) {
            int next = sample(state, tokens[length - 1], seed);
            tokens[length] = next;
            state = fold(state, next);
            if (stops && next == STOP && length + 1 - prompt.length > minTokens) {
                return Arrays.copyOfRange(tokens, prompt.length, length + 1);
            }
        }
        return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
    }

    /** Runs a pass and samples. */
    int[] run(Step step, StepInputs inputs, int[] sampledBefore) {
        for (int i = 0; i < inputs.blockCopies().length; i += 2) {
            System.arraycopy(
                    cache,
                    inputs.blockCopies()[i] * blockSize,
                    cache,
                    inputs.blockCopies()[i + 1] * blockSize,
                    blockSize);
        }
        int[] ids = inputs.tokenIds().clone();
        for (int row = 0; row < inputs.tokenSources().length; row++) {
            int source = inputs.tokenSources()[row];
            ids[row] = source < 0 ? ids[row] : sampledBefore[source];
        }
        for (int row = 0; row < ids.length; row++) {
            if (inputs.slotMapping()[row] >= 0) {
                cache[inputs.slotMapping()[row]] = ids[row];
            }
        }
        long[] states = attend(inputs);
        int[] sampled = new int[inputs.samples()];
        int at = 0;
        for (Step.Entry entry : step.entries()) {
            for (int i = 0; i < entry.sampledRows(); i++, at++) {
                int row = inputs.sampleRows()[at];
                sampled[at] = sample(
                        states[row], ids[row], entry.sequence().sampling().seed());
            }
        }
        return sampled;
    }

    private long[] attend(StepInputs inputs) {
        long[] states = new long[inputs.tokens()];
        int width = inputs.tableWidth();
        for (int row = 0; row < inputs.decodes(); row++) {
            int[] table = Arrays.copyOfRange(inputs.decodeBlockTables(), row * width, (row + 1) * width);
            fold(table, (int) inputs.decodeLengths()[row], states, row, 1);
        }
        for (StepInputs.Prefill prefill : inputs.prefills()) {
            fold(prefill.blockTable(), prefill.length(), states, prefill.firstRow(), prefill.count());
        }
        return states;
    }

    private void fold(int[] table, int length, long[] states, int firstRow, int rows) {
        long state = start();
        for (int position = 0; position < length; position++) {
            state = fold(state, cache[table[position / blockSize] * blockSize + position % blockSize]);
            int row = position - (length - rows);
            if (row >= 0) {
                states[firstRow + row] = state;
            }
        }
    }

    /** A pass that dies on the way: some of its slots hold nonsense. */
    void fail(StepInputs inputs, Random random) {
        for (int slot : inputs.slotMapping()) {
            if (slot >= 0 && random.nextBoolean()) {
                cache[slot] = -1 - random.nextInt(5);
            }
        }
    }

    /** What a block holds. */
    int[] content(int block) {
        return Arrays.copyOfRange(cache, block * blockSize, (block + 1) * blockSize);
    }
}
