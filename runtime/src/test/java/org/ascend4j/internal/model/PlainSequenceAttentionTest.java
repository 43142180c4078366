package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.batch.StepInputs.Prefill;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against attention written out in doubles. */
class PlainSequenceAttentionTest {
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int SIZE = 16;
    private static final int[] LENGTHS = {1, 7, 33, 20};
    private static final long SEED = 5;

    private static ModelConfig config(int window, float softCap) {
        int hidden = HEADS * SIZE;
        AttentionConfig attention =
                new AttentionConfig(List.of(), new int[] {AttentionConfig.NO_ROPE}, new int[] {window}, 0.25, softCap);
        return new ModelConfig("test", 1, hidden, 8, HEADS, KV_HEADS, SIZE, 10, 64, 1e-5f, 0, attention);
    }

    @ParameterizedTest
    @CsvSource({"false, 0, 0", "true, 0, 0", "true, 5, 0", "true, 0, 2", "true, 5, 2"})
    void attendsWithinEachSequenceHoweverManyQueriesAtOnce(boolean causal, int window, float softCap) {
        int rows = 61;
        float[] q = random(rows * HEADS * SIZE, 1);
        float[] k = random(rows * KV_HEADS * SIZE, 2);
        float[] v = random(rows * KV_HEADS * SIZE, 3);
        float[] whole = run(causal, window, softCap, PlainSequenceAttention.MOST_SCORES, q, k, v);
        double[] expected = expected(causal, window, softCap, q, k, v);
        for (int i = 0; i < whole.length; i++) {
            assertThat(Math.abs(whole[i] - expected[i])).as("element " + i).isLessThan(1e-5);
        }
        for (long few : new long[] {1, 300, 1000}) {
            assertThat(run(causal, window, softCap, few, q, k, v)).containsExactly(whole);
        }
    }

    private static float[] random(int count, int stream) {
        Random random = new Random(SEED + stream);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static List<Prefill> sequences() {
        List<Prefill> sequences = new ArrayList<>();
        int first = 0;
        for (int length : LENGTHS) {
            sequences.add(new Prefill(first, length, length, new int[0]));
            first += length;
        }
        return sequences;
    }

    private static float[] run(boolean causal, int window, float softCap, long most, float[] q, float[] k, float[] v) {
        Duration timeout = Duration.ofSeconds(60);
        try (DeviceSession session = DeviceSession.open(new DevicePlan(true, 0, List.of()), 2, timeout);
                TensorArena arena = new TensorArena(session.device(), 1 << 16);
                PlainSequenceAttention attention = new PlainSequenceAttention(
                        session.ops(), config(window, softCap), DataType.FLOAT, causal, timeout, most)) {
            DeviceArray out = arena.array(DataType.FLOAT, q.length);
            attention.attend(0, sequences(), array(arena, q), array(arena, k), array(arena, v), out);
            session.synchronize();
            ByteBuffer bytes = ByteBuffer.allocateDirect(q.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            out.memory().copyTo(bytes);
            float[] values = new float[q.length];
            bytes.rewind();
            bytes.asFloatBuffer().get(values);
            return values;
        }
    }

    private static DeviceArray array(TensorArena arena, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        DeviceArray array = arena.array(DataType.FLOAT, values.length);
        array.memory().copyFrom(bytes);
        return array;
    }

    private static double[] expected(boolean causal, int window, float softCap, float[] q, float[] k, float[] v) {
        double[] out = new double[q.length];
        for (Prefill sequence : sequences()) {
            for (int i = 0; i < sequence.count(); i++) {
                int end = causal ? i + 1 : sequence.count();
                int begin = causal && window > 0 ? Math.max(0, end - window) : 0;
                for (int head = 0; head < HEADS; head++) {
                    attendOne(sequence.firstRow(), i, begin, end, head, softCap, q, k, v, out);
                }
            }
        }
        return out;
    }

    private static void attendOne(
            int first, int i, int begin, int end, int head, float cap, float[] q, float[] k, float[] v, double[] out) {
        int query = ((first + i) * HEADS + head) * SIZE;
        int kvHead = head / (HEADS / KV_HEADS);
        double sum = 0;
        double[] weights = new double[end];
        for (int j = begin; j < end; j++) {
            double score = 0;
            for (int d = 0; d < SIZE; d++) {
                score += (double) q[query + d] * k[((first + j) * KV_HEADS + kvHead) * SIZE + d];
            }
            score *= 0.25;
            weights[j] = Math.exp(cap == 0 ? score : cap * Math.tanh(score / cap));
            sum += weights[j];
        }
        for (int j = begin; j < end; j++) {
            for (int d = 0; d < SIZE; d++) {
                out[query + d] += weights[j] / sum * v[((first + j) * KV_HEADS + kvHead) * SIZE + d];
            }
        }
    }
}
