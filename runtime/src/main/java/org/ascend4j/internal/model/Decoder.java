package org.ascend4j.internal.model;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.AdapterWeights;
import org.ascend4j.internal.weight.GgufWeights;

/** A model on a device: an architecture with its cache, its constants and the memory of its passes. */
final class Decoder implements Model {
    /** Weights come in slabs, so that huge pages serve them. */
    private static final long WEIGHT_CHUNK_BYTES = 64L << 20;

    private static final long CONSTANT_CHUNK_BYTES = 1 << 20;

    /** Enough for a decode step of a small model; longer steps add chunks, which stay. */
    private static final long PASS_CHUNK_BYTES = 4 << 20;

    private final ModelConfig config;
    private final DeviceSession session;
    private final DataType type;
    private final Closers closers = new Closers();
    private final Map<Integer, LoraAdapter> adapters = new HashMap<>();
    private LoadSettings settings;
    private KvCache cache;
    private int kvBlocks;
    private TensorArena passes;
    private Attention attention;
    private PassRunner runner;
    private StepSlots slots;
    private DecodeGraphs graphs;

    private Decoder(ModelConfig config, DeviceSession session, DataType type) {
        this.config = config;
        this.session = session;
        this.type = type;
        closers.push(session::close);
    }

    /**
     * Loads a model; the decoder owns the session from here on, also if this fails.
     *
     * @param progress hears the bytes of the file that are on the device
     */
    static Decoder open(
            Checkpoint file,
            ModelConfig config,
            ArchitectureFactory factory,
            DeviceSession session,
            LoadSettings settings,
            LongConsumer progress) {
        Decoder decoder = new Decoder(config, session, settings.type());
        try {
            decoder.load(file, factory, settings, progress);
            return decoder;
        } catch (RuntimeException | Error e) {
            decoder.close();
            throw e;
        }
    }

    private void load(Checkpoint file, ArchitectureFactory factory, LoadSettings settings, LongConsumer progress) {
        this.settings = settings;
        config.requireCacheType(type, settings.kvType());
        Ops ops = session.ops();
        if (settings.kvType() == DataType.INT8 && !ops.has("aclnnDynamicQuant")) {
            throw new InvalidRequestException(
                    "kv-cache-dtype",
                    "found int8, which needs aclnnDynamicQuant, expected auto: the installed CANN lacks it");
        }
        GgufWeights weights =
                new GgufWeights(file, owned(WEIGHT_CHUNK_BYTES), type, settings.fast(), settings.threads());
        weights.round(settings.rounding());
        Architecture architecture = factory.create(config, weights);
        weights.requireAllUsed(config.architecture());
        weights.load(progress);
        TensorArena constants = owned(CONSTANT_CHUNK_BYTES);
        Rotary rotary = new Rotary(ops, constants, config, type, settings.contextLength());
        closers.push(this::closeCache);
        openCache(settings);
        kvBlocks = cache.blocks();
        passes = owned(PASS_CHUNK_BYTES);
        StepMemory memory = StepMemory.allocate(constants, settings, config);
        runner = new PassRunner(session, config, type, architecture, rotary, passes, memory, adapters);
        closers.push(this::closeAdapters);
        slots = new StepSlots(session, memory, config.vocabularySize());
        closers.push(slots::close);
        openGraphs(GraphLevel.EAGER, 1);
        closers.push(() -> graphs.close());
        closers.push(session::synchronize);
    }

    private void openCache(LoadSettings wanted) {
        cache = KvCache.allocate(session.device(), config, wanted);
        attention = attention(session.ops());
    }

    private void closeCache() {
        if (attention != null) {
            attention.close();
            attention = null;
        }
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }

    @Override
    public void releaseCache() {
        session.synchronize();
        graphs.close(); // they read and write the memory that goes
        closeCache();
        passes.close();
    }

    @Override
    public void restoreCache() {
        try {
            openCache(settings.withKvTokens(Math.multiplyExact(kvBlocks - 1, settings.blockSize())));
            openGraphs(GraphLevel.EAGER, 1); // an engine that goes on says what it wants of graphs
        } catch (RuntimeException | Error e) {
            closeCache();
            throw e;
        }
    }

    @Override
    public void loadAdapter(int id, AdapterWeights weights) {
        if (adapters.containsKey(id)) {
            throw new IllegalStateException("adapter " + id + " is loaded already");
        }
        adapters.put(id, LoraAdapter.load(session.device(), config, type, weights));
    }

    @Override
    public void unloadAdapter(int id) {
        LoraAdapter adapter = adapters.remove(id);
        if (adapter != null) {
            session.synchronize();
            adapter.close();
        }
    }

    private void closeAdapters() {
        adapters.values().forEach(LoraAdapter::close);
        adapters.clear();
    }

    private Attention attention(Ops ops) {
        if (type == DataType.FLOAT || config.attention().softCap() > 0) {
            return new ComposedAttention(ops, config, cache, session.timeout());
        }
        FusedAttention fused = new FusedAttention(ops, config, cache, type, settings.fast());
        return config.attention().windowed() ? new WindowedAttention(ops, config, cache, fused) : fused;
    }

    private TensorArena owned(long chunkBytes) {
        TensorArena created = new TensorArena(session.device(), chunkBytes);
        closers.push(created::close);
        return created;
    }

    @Override
    public void prepare(GraphLevel level, int inFlight) {
        openGraphs(level, inFlight);
        graphs.rehearse();
    }

    private void openGraphs(GraphLevel level, int inFlight) {
        slots.require(inFlight);
        if (graphs != null) {
            graphs.close();
        }
        graphs = new DecodeGraphs(runner, attention, slots, settings, config.layers(), level);
    }

    @Override
    public int paddedRows(int decodes) {
        return graphs.paddedRows(decodes);
    }

    @Override
    public int paddedWidth() {
        return graphs.paddedWidth();
    }

    @Override
    public Logits forward(StepInputs inputs) {
        StepResult result = slots.next();
        cache.copyBlocks(inputs.blockCopies(), session.stream());
        graphs.queue(inputs, result);
        return result;
    }

    @Override
    public String lastQueued() {
        return session.ops().crumbs().describe();
    }

    @Override
    public GraphStats graphStats() {
        return graphs.stats();
    }

    @Override
    public void settle() {
        session.synchronize();
    }

    @Override
    public ModelConfig config() {
        return config;
    }

    @Override
    public DeviceSession session() {
        return session;
    }

    @Override
    public int kvBlocks() {
        return kvBlocks;
    }

    @Override
    public int kvBlockSize() {
        return settings.blockSize();
    }

    /** Frees everything, last acquired first, even if a part cannot be freed; the first failure is thrown at the end. */
    @Override
    public void close() {
        closers.close();
    }
}
