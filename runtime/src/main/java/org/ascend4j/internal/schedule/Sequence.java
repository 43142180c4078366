package org.ascend4j.internal.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * One request as numbers: its tokens, how many of them the KV cache holds, and where. Chunked prefill, decode, drafts
 * and steps in flight are arithmetic on these numbers, not separate code. Owned by the engine thread.
 */
public final class Sequence {
    static final int NO_BLOCK = -1;
    private static final int[] NO_BLOCKS = {};

    private final long id;
    private final int promptLength;
    private final int maxTokens;
    private final SamplingPlan sampling;
    private final Set<Integer> stopTokens;
    private final int[] stops;
    private final SequenceOptions options;
    private int[] tokens;
    private int length;
    private FinishReason finished;

    /** Sampled tokens that steps in flight will bring. */
    int placeholders;
    /** Tokens whose keys and values steps have written or are about to. */
    int scheduled;
    /** Tokens whose keys and values are in the cache for certain. */
    private int computed;
    /** Prompt rows whose logits have been delivered. */
    private int promptScored;

    /** Changes whenever the sequence loses its blocks: what older steps bring is not for it any more. */
    int life;
    /** Place in the order of arrival. */
    long arrival;
    /** The last step it has rows in. */
    long lastStep;
    /** Row of its newest placeholder among the sampled rows of {@link #lastStep}. */
    int placeholderRow;
    /** Whether a step in flight verifies guesses, so that nothing behind them is known. */
    boolean draftInFlight;

    /** Whose prompt's blocks it may share; null for a sequence of its own. */
    Sequence leader;
    /** The block whose content its last block begins with; {@link #NO_BLOCK} if there is nothing to copy. */
    int copySource = NO_BLOCK;
    /** The step in flight that copies; 0 for none. */
    long copyStep;

    final DraftGate drafting = new DraftGate();
    /** Links of its committed full blocks. */
    final List<PrefixIndex.Link> chain = new ArrayList<>();
    /** Hashes of its full blocks, as far as they have been asked for. */
    final List<byte[]> hashes = new ArrayList<>();

    private int[] blocks = NO_BLOCKS;
    private int blockCount;

    /** A sequence that asks for nothing special. */
    public Sequence(long id, int[] prompt, int maxTokens, SamplingPlan sampling, Set<Integer> stopTokens) {
        this(id, prompt, maxTokens, sampling, stopTokens, SequenceOptions.DEFAULT);
    }

    /**
     * @param prompt at least one token id
     * @param maxTokens most tokens to generate, at least 1
     * @param stopTokens ids that end the answer; the id that does so is kept
     */
    public Sequence(
            long id,
            int[] prompt,
            int maxTokens,
            SamplingPlan sampling,
            Set<Integer> stopTokens,
            SequenceOptions options) {
        if (prompt.length < 1 || maxTokens < 1 || maxTokens > Integer.MAX_VALUE - prompt.length) {
            throw new IllegalArgumentException(
                    "sequence " + id + ": " + prompt.length + " prompt tokens and up to " + maxTokens + " more");
        }
        this.id = id;
        this.promptLength = prompt.length;
        this.maxTokens = maxTokens;
        this.sampling = sampling;
        this.stopTokens = Set.copyOf(stopTokens);
        this.stops = stopTokens.stream().mapToInt(Integer::intValue).toArray();
        this.options = options;
        this.tokens = Arrays.copyOf(prompt, prompt.length + Math.min(maxTokens, 256));
        this.length = prompt.length;
    }

    /**
     * Leaves out of the prompt's logits those in front of a row, so that a cached prefix may stand for them. To be called
     * before the sequence is submitted.
     *
     * @param row whose logits tell of the first token that is scored, the one behind it
     */
    public Sequence scoredFrom(int row) {
        if (row < 0 || row >= promptLength) {
            throw new IllegalArgumentException("row " + row + " of a prompt of " + promptLength);
        }
        promptScored = row;
        return this;
    }

    public long id() {
        return id;
    }

    public SamplingPlan sampling() {
        return sampling;
    }

    public SequenceOptions options() {
        return options;
    }

    /** Ids that end the answer. */
    public Set<Integer> stopTokens() {
        return stopTokens;
    }

    /** Prompt and generated tokens together, as far as they are known. */
    public int length() {
        return length;
    }

    public int promptLength() {
        return promptLength;
    }

    /** Tokens generated so far. */
    public int generatedLength() {
        return length - promptLength;
    }

    /** Tokens whose keys and values are in the cache. */
    public int computed() {
        return computed;
    }

    /** Tokens, those in flight included, still to be scheduled before the next one can be sampled. */
    public int pending() {
        return length + placeholders - scheduled;
    }

    public int token(int position) {
        return tokens[position];
    }

    /** A copy of the tokens at {@code from} to {@code to}, exclusive. */
    public int[] tokens(int from, int to) {
        if (to > length) {
            throw new IndexOutOfBoundsException("tokens to " + to + " of " + length);
        }
        return Arrays.copyOfRange(tokens, from, to);
    }

    /** Whether its known tokens from {@code from} on begin with {@code others}. */
    boolean matches(int[] others, int from) {
        int to = from + others.length;
        return to <= length && Arrays.equals(tokens, from, to, others, 0, others.length);
    }

    /** The most tokens this sequence can ever have. */
    public int maxLength() {
        return promptLength + maxTokens;
    }

    /** Its cache blocks in the order of its tokens; none while it does not run. */
    public int[] blockTable() {
        return Arrays.copyOf(blocks, blockCount);
    }

    /** How many cache blocks it holds. */
    public int blockCount() {
        return blockCount;
    }

    /** The block of its tokens from {@code index} times the block size. */
    public int block(int index) {
        if (index >= blockCount) {
            throw new IndexOutOfBoundsException("block " + index + " of " + blockCount);
        }
        return blocks[index];
    }

    /** Copies its first {@code count} blocks. */
    public void copyBlocks(int count, int[] target, int at) {
        System.arraycopy(blocks, 0, target, at, Math.min(count, blockCount));
    }

    /** Null while the sequence goes on. */
    public FinishReason finishReason() {
        return finished;
    }

    /** The generated ids so far, a stop token included. */
    public int[] generated() {
        return Arrays.copyOfRange(tokens, promptLength, length);
    }

    boolean stopsAt(int token) {
        for (int stop : stops) { // without a box for each token
            if (stop == token) {
                return true;
            }
        }
        return false;
    }

    PrefixScope scope() {
        return options.scope();
    }

    /** Whether its newest token is known or will be without another look at a step in flight. */
    boolean ready() {
        boolean blind = placeholders > 0 && (options.waitsForToken() || pickedHere());
        return !blind && !draftInFlight && length + placeholders < maxLength();
    }

    /** Whether its next token is picked from logits here, so that the device does not know it. */
    private boolean pickedHere() {
        return !sampling.plain() || generatedLength() < options.minTokens();
    }

    /** Tokens from the start that a cached prefix may replace: the last is run in any case, for its logits. */
    int replaceable() {
        int limit = length - 1;
        return options.promptLogprobs() ? Math.min(limit, promptScored) : limit;
    }

    int promptScored() {
        return promptScored;
    }

    int propose(Drafter drafter, int[] into, int most) {
        return drafter.propose(tokens, length, into, most);
    }

    void addBlock(int block) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, blockCount * 2));
        }
        blocks[blockCount++] = block;
    }

    /** Starts with {@code count} tokens in the cache. */
    void begin(int count) {
        scheduled = count;
        computed = count;
    }

    /** Loses its place in the cache. */
    int[] surrender() {
        int[] held = blockTable();
        blocks = NO_BLOCKS;
        blockCount = 0;
        chain.clear();
        begin(0);
        placeholders = 0;
        draftInFlight = false;
        copySource = NO_BLOCK;
        copyStep = 0;
        life++;
        return held;
    }

    /** Tokens up to {@code end} are in the cache now. */
    void advance(int end) {
        computed = end;
        if (options.promptLogprobs()) {
            promptScored = Math.max(promptScored, Math.min(end, promptLength - 1));
        }
    }

    /** Adds a sampled token and decides whether it was the last. */
    void append(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, (int) Math.min(maxLength(), length * 2L));
        }
        tokens[length++] = token;
        if (stopsAt(token) && generatedLength() > options.minTokens()) {
            finished = FinishReason.STOP;
        } else if (length == maxLength()) {
            finished = FinishReason.LENGTH;
        }
    }

    void finish(FinishReason reason) {
        if (finished == null) {
            finished = reason;
        }
    }
}
