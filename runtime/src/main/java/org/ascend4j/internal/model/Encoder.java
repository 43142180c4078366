package org.ascend4j.internal.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.HostMemory;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;
import org.ascend4j.internal.weight.GgufWeights;

/**
 * A model on a device that turns sequences into vectors. Sequences of any lengths run in one step, laid end to end
 * without padding; what one gives does not depend on the others. Belongs to the thread that opened it.
 */
public final class Encoder implements AutoCloseable {
    private static final long WEIGHT_CHUNK_BYTES = 64L << 20;
    private static final long SMALL_CHUNK_BYTES = 1 << 20;
    private static final long PASS_CHUNK_BYTES = 4 << 20;
    private static final int[] NONE = {};

    private final EncoderPlan plan;
    private final DeviceSession session;
    private final DataType type;
    private final Closers closers = new Closers();
    private EncoderArchitecture architecture;
    private Rotary rotary;
    private Attention attention;
    private TensorArena passes;
    private HostMemory results;

    /**
     * How it is put on a device.
     *
     * @param type of activations
     * @param fast lets operators multiply quantized weights in int8
     * @param threads that read and convert weights
     * @param contextLength most tokens of one sequence
     */
    public record Settings(DataType type, boolean fast, int threads, int contextLength) {}

    private Encoder(EncoderPlan plan, DeviceSession session, DataType type) {
        this.plan = plan;
        this.session = session;
        this.type = type;
        closers.push(session::close);
    }

    /**
     * Puts a model on a device. Runs on the thread that is to own the device.
     *
     * @param session opens the device; the encoder closes it
     * @param progress hears the bytes of the file that are on the device
     */
    public static Encoder open(
            Checkpoint file,
            EncoderPlan plan,
            Supplier<DeviceSession> session,
            Settings settings,
            LongConsumer progress) {
        Encoder encoder = new Encoder(plan, session.get(), settings.type());
        try {
            encoder.load(file, settings, progress);
            return encoder;
        } catch (RuntimeException | Error e) {
            encoder.close();
            throw e;
        }
    }

    private void load(Checkpoint file, Settings settings, LongConsumer progress) {
        ModelConfig config = plan.config();
        GgufWeights weights =
                new GgufWeights(file, owned(WEIGHT_CHUNK_BYTES), type, settings.fast(), settings.threads());
        architecture = plan.factory().create(config, weights);
        weights.requireAllUsed(config.architecture());
        weights.load(progress);
        rotary = new Rotary(session.ops(), owned(SMALL_CHUNK_BYTES), config, type, settings.contextLength());
        attention = new SequenceAttention(session.ops(), config, type, plan.causal(), session.timeout());
        closers.push(attention::close);
        passes = owned(PASS_CHUNK_BYTES);
        closers.push(() -> {
            if (results != null) {
                results.close();
            }
        });
        closers.push(session::synchronize);
        rehearse();
    }

    /** Asks every operator now whether it would take a sequence, rather than when the first one is there. */
    private void rehearse() {
        List<EncoderInput> one = List.of(new EncoderInput(new int[2], NONE, TokenPooling.MEAN));
        session.ops().rehearse(() -> compute(inputs(one), one));
        passes.reset();
    }

    /**
     * Waits until nothing that was queued runs any more.
     *
     * @throws RuntimeException if the device failed, or is not done in time
     */
    public void settle() {
        session.synchronize();
    }

    private TensorArena owned(long chunkBytes) {
        TensorArena created = new TensorArena(session.device(), chunkBytes);
        closers.push(created::close);
        return created;
    }

    /** The device it is on. */
    public DeviceSession session() {
        return session;
    }

    /** Values of a vector. */
    public int width() {
        return architecture.width();
    }

    /**
     * Runs sequences as one step and waits for it.
     *
     * @param batch 1 or more sequences
     * @return a vector for each
     */
    public List<float[]> encode(List<EncoderInput> batch) {
        StepInputs inputs = inputs(batch);
        passes.reset();
        DeviceArray states = compute(inputs, batch);
        int rows = inputs.sampleRows().length;
        FloatBuffer values = fetch(states, rows * (long) width());
        List<float[]> vectors = new ArrayList<>(batch.size());
        int row = 0;
        for (EncoderInput input : batch) {
            int count = input.pooling().rows(input.tokens().length);
            vectors.add(mean(values, row, count));
            row += count;
        }
        return vectors;
    }

    private static StepInputs inputs(List<EncoderInput> batch) {
        int tokens = batch.stream().mapToInt(input -> input.tokens().length).reduce(0, Math::addExact);
        int wanted = batch.stream()
                .mapToInt(input -> input.pooling().rows(input.tokens().length))
                .sum();
        int[] ids = new int[tokens];
        long[] positions = new long[tokens];
        int[] rows = new int[wanted];
        List<StepInputs.Prefill> sequences = new ArrayList<>(batch.size());
        int at = 0;
        int row = 0;
        for (EncoderInput input : batch) {
            int count = input.tokens().length;
            System.arraycopy(input.tokens(), 0, ids, at, count);
            for (int i = 0; i < count; i++) {
                positions[at + i] = i;
            }
            int from = at + input.pooling().from(count);
            for (int i = 0; i < input.pooling().rows(count); i++) {
                rows[row++] = from + i;
            }
            sequences.add(new StepInputs.Prefill(at, count, count, NONE));
            at += count;
        }
        return new StepInputs(ids, positions, NONE, NONE, 0, new long[0], sequences, rows);
    }

    private DeviceArray compute(StepInputs inputs, List<EncoderInput> batch) {
        StepTensors step = new StepTensors(
                integers(inputs.tokenIds()),
                longs(inputs.positions()),
                null,
                null,
                List.of(),
                integers(inputs.sampleRows()),
                null);
        rotary.prepare(passes, step.positions());
        Pass pass = new Pass(session.ops(), passes, type, inputs, step, rotary, attention, null);
        int[] types = new int[inputs.tokens()];
        int at = 0;
        for (EncoderInput input : batch) {
            System.arraycopy(input.types(), 0, types, at, input.types().length);
            at += input.tokens().length;
        }
        return architecture.forward(pass, integers(types));
    }

    private Tensor integers(int[] values) {
        ByteBuffer bytes = direct(values.length * Integer.BYTES);
        bytes.asIntBuffer().put(values);
        DeviceArray array = passes.array(DataType.INT32, values.length);
        array.memory().copyFrom(bytes);
        return array.as(values.length);
    }

    private Tensor longs(long[] values) {
        ByteBuffer bytes = direct(Math.multiplyExact(values.length, Long.BYTES));
        bytes.asLongBuffer().put(values);
        DeviceArray array = passes.array(DataType.INT64, values.length);
        array.memory().copyFrom(bytes);
        return array.as(values.length);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private FloatBuffer fetch(DeviceArray states, long count) {
        DeviceArray floats = states;
        if (type != DataType.FLOAT) {
            floats = passes.array(DataType.FLOAT, count);
            session.ops().cast(states.as(count), DataType.FLOAT, floats.as(count));
        }
        long bytes = Math.multiplyExact(count, (long) Float.BYTES);
        if (results == null || results.size() < bytes) {
            if (results != null) {
                results.close();
            }
            results = session.device().allocateHost(bytes);
        }
        floats.memory().copyToAsync(0, results, 0, bytes, session.stream());
        session.synchronize();
        return results.buffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    /** The mean of rows, summed in their order. */
    private float[] mean(FloatBuffer values, int row, int count) {
        int width = width();
        float[] vector = new float[width];
        if (count == 1) {
            values.get(row * width, vector);
            return vector;
        }
        double[] sums = new double[width];
        float[] one = new float[width];
        for (int i = 0; i < count; i++) {
            values.get((row + i) * width, one);
            for (int j = 0; j < width; j++) {
                sums[j] += one[j];
            }
        }
        for (int j = 0; j < width; j++) {
            vector[j] = (float) (sums[j] / count);
        }
        return vector;
    }

    /** Frees everything, last acquired first, even if a part cannot be freed; the first failure is thrown at the end. */
    @Override
    public void close() {
        closers.close();
    }
}
