package org.ascend4j.internal.ops;

import java.nio.ByteBuffer;
import org.ascend4j.internal.acl.CallArguments;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.acl.IntArray;
import org.ascend4j.internal.acl.OpCall;
import org.ascend4j.internal.acl.StepProgram;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.acl.TensorList;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * Attention over a paged cache by aclnnFusedInferAttentionScoreV2, layout BSND with caches (blocks, blockSize, Nk · D).
 * It takes the lengths of keys from the host, so they are frozen in each call.
 */
public final class PagedAttentionOp implements AutoCloseable {
    /** "BSND", terminated as C wants it. */
    private static final byte[] LAYOUT = {'B', 'S', 'N', 'D', 0};

    private static final long NO_MASK = 0;
    private static final long RIGHT_DOWN_CAUSAL = 3;
    private static final long BAND = 4;

    /** Of antiquantisation: a scale for each token, in blocks as the tokens are. */
    private static final long SCALES_OF_PAGED_TOKENS = 4;

    private static final long WINDOW = Integer.MAX_VALUE;

    /** The operator wants this very mask for its compressed causal mode. */
    private static final int MASK_SIZE = 2048;

    private final OpCall call;
    private final Breadcrumbs crumbs;
    private final int heads;
    private final int kvHeads;
    private final int blockSize;
    private final double scale;
    private final long innerPrecise;
    private final TensorArena memory;
    private final Tensor mask;
    private final Tensor noLse;

    /**
     * @param scale what products of queries and keys are multiplied with
     * @param fast lets the device round FLOAT16 factors further where that is faster; sums stay in float32 on the host
     */
    public PagedAttentionOp(Ops ops, int heads, int kvHeads, int blockSize, double scale, boolean fast) {
        this.call = ops.call();
        this.crumbs = ops.crumbs();
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.blockSize = blockSize;
        this.scale = scale;
        this.innerPrecise = fast ? Ops.HIGH_PERFORMANCE : Ops.HIGH_PRECISION;
        long maskBytes = (long) MASK_SIZE * MASK_SIZE;
        this.memory = new TensorArena(ops.device(), maskBytes + 512);
        try {
            DeviceArray bits = memory.array(DataType.BOOL, maskBytes);
            fillUpperTriangle(bits.memory());
            this.mask = bits.as(MASK_SIZE, MASK_SIZE);
            this.noLse = memory.array(DataType.FLOAT, 1).as(1);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /**
     * Which of a sequence's keys its queries see, in the operator's parameters.
     *
     * @param mask null for none
     * @param before keys before its own that a query sees, with the band mode
     */
    public record Sight(long sparseMode, Tensor mask, long before, long after) {}

    /** All keys: right for a single query, which is the last token. */
    public Sight all() {
        return new Sight(NO_MASK, null, WINDOW, WINDOW);
    }

    /** For several queries: query i of S sees all keys but the last S − 1 − i. */
    public Sight causal() {
        return new Sight(RIGHT_DOWN_CAUSAL, mask, WINDOW, WINDOW);
    }

    /** As {@link #causal}, but of those only the last {@code window}. */
    public Sight causalWithin(int window) {
        return new Sight(BAND, mask, window - 1L, 0);
    }

    /** @param hidden (B, 1, width · blockSize) bool, true where a key is not seen; one query a sequence */
    public Sight unless(Tensor hidden) {
        return new Sight(NO_MASK, hidden, WINDOW, WINDOW);
    }

    /**
     * Keys and values, which close with this.
     *
     * @param keys one cache (blocks, blockSize, Nk · D), as are {@code values}
     * @param keyScales for caches of int8, (blocks, blockSize) float32, as are {@code valueScales}; else null. Queries are
     *     then single
     */
    public record Keyed(TensorList keys, TensorList values, Tensor keyScales, Tensor valueScales)
            implements AutoCloseable {
        /** Of the queries' type. */
        public Keyed(TensorList keys, TensorList values) {
            this(keys, values, null, null);
        }

        private long scaleMode() {
            return keyScales == null ? 0 : SCALES_OF_PAGED_TOKENS;
        }

        /** Frees the lists; the scales are their owner's. */
        @Override
        public void close() {
            keys.close();
            values.close();
        }
    }

    /**
     * out (B, S, Nq, D) = attention of q (B, S, Nq, D) over the cached keys and values.
     *
     * @param blockTable (B, width) int32; null if keys and values are no caches but (B, S, Nk, D) themselves
     * @param lengths cached tokens of each of the B sequences, this step's included
     */
    public void attend(
            Tensor q, Keyed keyed, Tensor blockTable, long[] queryLengths, long[] lengths, Sight sight, Tensor out) {
        try (IntArray queryCounts = IntArray.of(queryLengths);
                IntArray keyCounts = IntArray.of(lengths)) {
            if (!call.rehearsing()) {
                crumbs.add("aclnnFusedInferAttentionScoreV2", q, out);
            }
            call.launch(
                    "aclnnFusedInferAttentionScoreV2",
                    phaseOne(q, keyed, blockTable, queryCounts, keyCounts, sight, out),
                    AclNative::aclnnFusedInferAttentionScoreV2);
        }
    }

    /**
     * Appends the same call for decodes (S = 1, not causal) to a program, on {@code stream} and with lengths of keys that
     * each run takes from the program's first B values. The workspace is the one that calls before it have made; its size
     * follows from shapes.
     *
     * @param queryLengths B ones, which must stay as long as the program
     */
    public void append(
            StepProgram program,
            Stream stream,
            Tensor q,
            Keyed keyed,
            Tensor blockTable,
            IntArray queryLengths,
            int batch,
            Tensor out) {
        CallArguments arguments = new CallArguments()
                .tensor(q)
                .tensors(keyed.keys())
                .tensors(keyed.values())
                .noTensors(2) // pseShift, attenMask
                .integers(queryLengths)
                .values(0, batch)
                .noTensors(7) // scales, offsets, antiquantisation
                .tensor(blockTable)
                .noTensors(2) // paddings
                .tensor(keyed.keyScales())
                .noTensors(1) // keyAntiquantOffset
                .tensor(keyed.valueScales())
                .noTensors(3) // valueAntiquantOffset, shared prefixes
                .integers(null) // actualSharedPrefixLen
                .integer(heads)
                .real(scale)
                .integer(WINDOW)
                .integer(WINDOW)
                .text("BSND")
                .integer(kvHeads)
                .integer(NO_MASK)
                .integer(innerPrecise)
                .integer(blockSize)
                .integer(0) // antiquantMode
                .flag(false) // softmaxLseFlag
                .integer(keyed.scaleMode()) // keyAntiquantMode
                .integer(keyed.scaleMode()) // valueAntiquantMode
                .tensor(out)
                .tensor(noLse);
        program.operator(
                "aclnnFusedInferAttentionScoreV2", arguments, call.workspace().memory(), stream);
    }

    private int phaseOne(
            Tensor q,
            Keyed keyed,
            Tensor blockTable,
            IntArray queryCounts,
            IntArray keyCounts,
            Sight sight,
            Tensor out) {
        return AclNative.aclnnFusedInferAttentionScoreV2GetWorkspaceSize(
                q.handle(),
                keyed.keys().handle(),
                keyed.values().handle(),
                0, // pseShift
                sight.mask() == null ? 0 : sight.mask().handle(),
                queryCounts.handle(),
                keyCounts.handle(),
                0, // deqScale1
                0, // quantScale1
                0, // deqScale2
                0, // quantScale2
                0, // quantOffset2
                0, // antiquantScale
                0, // antiquantOffset
                blockTable == null ? 0 : blockTable.handle(),
                0, // queryPaddingSize
                0, // kvPaddingSize
                keyed.keyScales() == null ? 0 : keyed.keyScales().handle(),
                0, // keyAntiquantOffset
                keyed.valueScales() == null ? 0 : keyed.valueScales().handle(),
                0, // valueAntiquantOffset
                0, // keySharedPrefix
                0, // valueSharedPrefix
                0, // actualSharedPrefixLen
                heads,
                scale,
                sight.before(),
                sight.after(),
                LAYOUT,
                kvHeads,
                sight.sparseMode(),
                innerPrecise,
                blockSize,
                0, // antiquantMode
                false, // softmaxLseFlag
                keyed.scaleMode(), // keyAntiquantMode
                keyed.scaleMode(), // valueAntiquantMode
                out.handle(),
                noLse.handle(),
                call.workspaceSize,
                call.executor);
    }

    private static void fillUpperTriangle(DeviceMemory target) {
        ByteBuffer row = ByteBuffer.allocateDirect(MASK_SIZE);
        while (row.hasRemaining()) {
            row.put((byte) 1);
        }
        row.flip();
        for (int i = 0; i < MASK_SIZE; i++) {
            target.copyFrom((long) i * MASK_SIZE, row.put(i, (byte) 0));
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
