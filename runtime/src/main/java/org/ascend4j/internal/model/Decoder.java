package org.ascend4j.internal.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;
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
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private Architecture architecture;
    private KvCache cache;
    private Rotary rotary;
    private Attention attention;
    private TensorArena arena;

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
        Ops ops = session.ops();
        GgufWeights weights =
                new GgufWeights(file, owned(WEIGHT_CHUNK_BYTES), type, settings.fast(), settings.threads());
        architecture = factory.create(config, weights);
        weights.requireAllUsed(config.architecture());
        weights.load(progress);
        TensorArena constants = owned(CONSTANT_CHUNK_BYTES);
        rotary = new Rotary(ops, constants, config, type, settings.contextLength());
        cache = KvCache.allocate(session.device(), config, settings);
        closers.push(cache::close);
        attention = attention(ops);
        closers.push(attention::close);
        arena = owned(PASS_CHUNK_BYTES);
    }

    private Attention attention(Ops ops) {
        if (type == DataType.FLOAT || config.attention().softCap() > 0) {
            return new ComposedAttention(ops, config, cache);
        }
        return config.attention().windowed()
                ? new WindowedAttention(ops, config, cache)
                : new FusedAttention(ops, config, cache);
    }

    private TensorArena owned(long chunkBytes) {
        TensorArena created = new TensorArena(session.device(), chunkBytes);
        closers.push(created::close);
        return created;
    }

    @Override
    public Logits forward(StepInputs inputs) {
        session.synchronize();
        arena.reset();
        StepTensors step = StepTensors.upload(session, arena, inputs);
        cache.copyBlocks(inputs.blockCopies(), session.ops().stream());
        rotary.prepare(arena, step.positions());
        Pass pass = new Pass(session.ops(), arena, type, inputs, step, rotary, attention);
        return new DeviceLogits(
                session, arena, architecture.forward(pass), inputs.sampleRows().length, config.vocabularySize());
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
        return cache.blocks();
    }

    @Override
    public int kvBlockSize() {
        return cache.blockSize();
    }

    /** Frees everything, last acquired first, even if a part cannot be freed; the first failure is thrown at the end. */
    @Override
    public void close() {
        RuntimeException first = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
