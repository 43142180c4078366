package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.gguf.GgufWriter;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files onto the host device and through its operators, against products in double precision. */
class GgufWeightsTest {
    private static final int COLUMNS = 64;
    private static final long SEED = 5;

    @TempDir
    Path directory;

    private DeviceSession session;
    private TensorArena arena;

    @BeforeEach
    void open() {
        session = DeviceSession.open(new DevicePlan(true, 0, List.of()), 2, Duration.ofSeconds(60));
        arena = new TensorArena(session.device(), 1 << 20);
    }

    @AfterEach
    void close() {
        arena.close();
        session.close();
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    /** Blocks with moderate scales; {@code count} elements. */
    private static byte[] blocks(GgmlType type, int count) {
        Random random = new Random(SEED);
        ByteBuffer bytes = ByteBuffer.allocate((int) type.byteSize(count)).order(ByteOrder.LITTLE_ENDIAN);
        if (type == GgmlType.F32) {
            while (bytes.hasRemaining()) {
                bytes.putFloat((float) random.nextGaussian());
            }
            return bytes.array();
        }
        random.nextBytes(bytes.array());
        int scale = switch (type) {
            case Q2_K -> 80;
            case Q3_K -> 108;
            case Q6_K -> 208;
            default -> 0;
        };
        boolean affine = EnumSet.of(GgmlType.Q4_1, GgmlType.Q5_1, GgmlType.Q2_K, GgmlType.Q4_K, GgmlType.Q5_K)
                .contains(type);
        for (int base = 0; base < bytes.capacity(); base += type.typeSize()) {
            bytes.putShort(base + scale, Half.fromFloat(0.01f + random.nextFloat() * 0.01f));
            if (affine) {
                bytes.putShort(base + scale + 2, Half.fromFloat(-random.nextFloat() * 0.1f));
            }
        }
        return bytes.array();
    }

    private GgufFile file(GgmlType type, String name, int rows) {
        byte[] content = blocks(type, rows * COLUMNS);
        return GgufFile.open(new GgufWriter()
                .tensor(name, type, new long[] {COLUMNS, rows}, content)
                .write(directory.resolve("w.gguf")));
    }

    private static float[] values(GgmlType type, int count) {
        float[] values = new float[count];
        Dequantizer.dequantize(
                type, ByteBuffer.wrap(blocks(type, count)).order(ByteOrder.LITTLE_ENDIAN), values, count);
        return values;
    }

    private DeviceArray upload(DataType type, float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect((int) type.bytes(values.length)).order(ByteOrder.LITTLE_ENDIAN);
        ActivationType.of(type).put(values, values.length, bytes);
        DeviceArray array = arena.array(type, values.length);
        array.memory().copyFrom(bytes.flip());
        return array;
    }

    private float[] download(DeviceArray array, int count) {
        session.synchronize();
        ByteBuffer bytes = ByteBuffer.allocate((int) array.type().bytes(count)).order(ByteOrder.LITTLE_ENDIAN);
        array.memory().copyTo(bytes);
        float[] values = new float[count];
        GgmlType read = switch (array.type()) {
            case FLOAT -> GgmlType.F32;
            case BF16 -> GgmlType.BF16;
            default -> GgmlType.F16;
        };
        Dequantizer.dequantize(read, bytes, values, count);
        return values;
    }

    private static float[] activations(int count) {
        Random random = new Random(SEED + 1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            // Few bits, so that every type of activations holds them exactly.
            values[i] = (random.nextInt(33) - 16) / 16f;
        }
        return values;
    }

    private static void assertProduct(float[] x, float[] weight, float[] out, int rows, double tolerance) {
        for (int token = 0; token < x.length / COLUMNS; token++) {
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int k = 0; k < COLUMNS; k++) {
                    sum += (double) x[token * COLUMNS + k] * weight[row * COLUMNS + k];
                }
                double found = out[token * rows + row];
                if (!(Math.abs(found - sum) <= tolerance * (1 + Math.abs(sum)))) {
                    throw new AssertionError("row " + row + " of token " + token + ": " + found + ", expected " + sum);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"F32", "Q4_0", "Q4_1", "Q8_0"})
    void multipliesByWhatTheFileSays(GgmlType type) {
        int rows = 96;
        float[] x = activations(3 * COLUMNS);
        for (DataType activations : List.of(DataType.FLOAT, DataType.FLOAT16, DataType.BF16)) {
            try (GgufFile file = file(type, "w", rows)) {
                GgufWeights weights = new GgufWeights(file, arena, activations, false, 2);
                Linear linear = weights.linear("w", COLUMNS, rows);
                weights.load(bytes -> {});
                DeviceArray out = arena.array(activations, 3L * rows);
                linear.apply(session.ops(), upload(activations, x).as(3, COLUMNS), out.as(3, rows));
                double tolerance = activations == DataType.FLOAT ? 1e-5 : activations == DataType.FLOAT16 ? 4e-3 : 3e-2;
                assertProduct(x, values(type, rows * COLUMNS), download(out, 3 * rows), rows, tolerance);
            }
        }
    }

    /**
     * Errors are measured against the length of the product's terms. Types that are rounded to bytes lose up to 1/254 of
     * a group's greatest weight at each, four standard deviations of which are 5 % where scales are random.
     */
    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
    void multipliesByTypesThatAreBroughtToAnother(GgmlType type) {
        int rows = 70;
        int columns = 512;
        float[] x = activations(3 * columns);
        float[] weight = values(type, rows * columns);
        boolean rounded = type == GgmlType.Q2_K || type == GgmlType.Q3_K || type == GgmlType.Q6_K;
        for (DataType activations : List.of(DataType.FLOAT16, DataType.BF16)) {
            Path path = new GgufWriter()
                    .tensor("w", type, new long[] {columns, rows}, blocks(type, rows * columns))
                    .write(directory.resolve(activations + ".gguf"));
            try (GgufFile file = GgufFile.open(path)) {
                GgufWeights weights = new GgufWeights(file, arena, activations, false, 2);
                Linear linear = weights.linear("w", columns, rows);
                assertThat(linear).isInstanceOf(Linear.GroupQuantized.class);
                weights.load(bytes -> {});
                DeviceArray out = arena.array(activations, 3L * rows);
                linear.apply(session.ops(), upload(activations, x).as(3, columns), out.as(3, rows));
                assertNearProduct(x, weight, download(out, 3 * rows), rows, rounded ? 5e-2 : 1e-2);
            }
        }
    }

    private static void assertNearProduct(float[] x, float[] weight, float[] out, int rows, double relative) {
        int columns = weight.length / rows;
        for (int token = 0; token < x.length / columns; token++) {
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                double squares = 0;
                for (int k = 0; k < columns; k++) {
                    double term = (double) x[token * columns + k] * weight[row * columns + k];
                    sum += term;
                    squares += term * term;
                }
                assertThat((double) out[token * rows + row])
                        .as("row %d of token %d", row, token)
                        .isCloseTo(sum, within(relative * (Math.sqrt(squares) + Math.abs(sum))));
            }
        }
    }

    /** As the mixtures of llama.cpp have them: parts of one projection in types of their own. */
    @Test
    void joinsMatricesOfDifferentTypes() {
        int columns = 512;
        Path path = new GgufWriter()
                .tensor("gate", GgmlType.Q4_K, new long[] {columns, 32}, blocks(GgmlType.Q4_K, 32 * columns))
                .tensor("up", GgmlType.Q6_K, new long[] {columns, 64}, blocks(GgmlType.Q6_K, 64 * columns))
                .write(directory.resolve("mixed.gguf"));
        float[] x = activations(columns);
        try (GgufFile file = GgufFile.open(path)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT16, false, 2);
            Linear linear = weights.linear(columns, new int[] {32, 64}, "gate", "up");
            weights.load(bytes -> {});
            DeviceArray out = arena.array(DataType.FLOAT16, 96);
            linear.apply(session.ops(), upload(DataType.FLOAT16, x).as(1, columns), out.as(1, 96));
            float[] all = new float[96 * columns];
            System.arraycopy(values(GgmlType.Q4_K, 32 * columns), 0, all, 0, 32 * columns);
            System.arraycopy(values(GgmlType.Q6_K, 64 * columns), 0, all, 32 * columns, 64 * columns);
            assertNearProduct(x, all, download(out, 96), 96, 5e-2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 100, 128, 1000})
    void headOfTilesGivesTheLogitsOfOne(int widest) {
        int rows = 300;
        float[] table = values(GgmlType.F32, rows * COLUMNS);
        Tensor x = upload(DataType.FLOAT, activations(5 * COLUMNS)).as(5, COLUMNS);
        DeviceArray weight = upload(DataType.FLOAT, table);
        Head one = Head.of(rows, range -> rows(weight, range));
        Head many = Head.of(rows, widest, range -> rows(weight, range));
        assertThat(one.tiles()).hasSize(1);
        assertThat(many.tiles()).hasSize((rows + widest - 1) / widest);
        DeviceArray expected = arena.array(DataType.FLOAT, 5L * rows);
        DeviceArray found = arena.array(DataType.FLOAT, 5L * rows);
        one.apply(session.ops(), arena, x, expected);
        many.apply(session.ops(), arena, x, found);
        assertThat(download(found, 5 * rows)).isEqualTo(download(expected, 5 * rows));
    }

    private static Linear rows(DeviceArray table, Head.Range range) {
        Tensor view = table.view(
                new long[] {COLUMNS, range.count()}, new long[] {1, COLUMNS}, (long) range.first() * COLUMNS);
        return new Linear.Plain(view, range.count());
    }

    /** A vocabulary that no operator takes in one call. */
    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"Q4_1", "Q8_0"})
    void projectsToAVocabularyBeyondTheOperatorsWidth(GgmlType type) {
        int rows = 70_001;
        float[] x = activations(2 * COLUMNS);
        try (GgufFile file = file(type, "output.weight", rows)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT16, false, 2);
            Head head = weights.head("output.weight", COLUMNS, rows);
            weights.load(bytes -> {});
            assertThat(head.tiles()).hasSize(2);
            DeviceArray out = arena.array(DataType.FLOAT16, 2L * rows);
            head.apply(session.ops(), arena, upload(DataType.FLOAT16, x).as(2, COLUMNS), out);
            assertProduct(x, values(type, rows * COLUMNS), download(out, 2 * rows), rows, 4e-3);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GgmlType.class,
            names = {"F32", "Q4_0", "Q8_0"})
    void looksUpTheRowsOfATiedTable(GgmlType type) {
        int rows = 50;
        float[] table = values(type, rows * COLUMNS);
        try (GgufFile file = file(type, "token_embd.weight", rows)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT16, false, 2);
            GgufWeights.Tied tied = weights.tied("token_embd.weight", COLUMNS, rows);
            weights.load(bytes -> {});
            DeviceArray ids = arena.array(DataType.INT32, 3);
            ByteBuffer numbers = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            ids.memory().copyFrom(numbers.putInt(49).putInt(0).putInt(17).flip());
            DeviceArray out = arena.array(DataType.FLOAT16, 3L * COLUMNS);
            tied.embedding().apply(session.ops(), arena, ids.as(3), out);
            float[] found = download(out, 3 * COLUMNS);
            int[] wanted = {49, 0, 17};
            for (int i = 0; i < found.length; i++) {
                float expected = table[wanted[i / COLUMNS] * COLUMNS + i % COLUMNS];
                assertThat(found[i]).isCloseTo(expected, within(Math.abs(expected) * 0x1p-11f + 1e-7f));
            }
            assertThat(tied.head().vocabularySize()).isEqualTo(rows);
        }
    }

    @Test
    void joinsMatricesRowAfterRow() {
        byte[] first = blocks(GgmlType.Q8_0, 32 * COLUMNS);
        byte[] second = blocks(GgmlType.Q8_0, 64 * COLUMNS);
        Path path = new GgufWriter()
                .tensor("gate", GgmlType.Q8_0, new long[] {COLUMNS, 32}, first)
                .tensor("up", GgmlType.Q8_0, new long[] {COLUMNS, 64}, second)
                .write(directory.resolve("two.gguf"));
        float[] x = activations(COLUMNS);
        try (GgufFile file = GgufFile.open(path)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT16, false, 2);
            Linear linear = weights.linear(COLUMNS, new int[] {32, 64}, "gate", "up");
            AtomicLong loaded = new AtomicLong();
            weights.load(loaded::set);
            assertThat(loaded.get()).isEqualTo(first.length + second.length);
            DeviceArray out = arena.array(DataType.FLOAT16, 96);
            linear.apply(session.ops(), upload(DataType.FLOAT16, x).as(1, COLUMNS), out.as(1, 96));
            float[] all = new float[96 * COLUMNS];
            System.arraycopy(values(GgmlType.Q8_0, 32 * COLUMNS), 0, all, 0, 32 * COLUMNS);
            System.arraycopy(values(GgmlType.Q8_0, 64 * COLUMNS), 0, all, 32 * COLUMNS, 64 * COLUMNS);
            assertProduct(x, all, download(out, 96), 96, 4e-3);
            weights.requireAllUsed("test");
        }
    }

    @Test
    void refusesAFileWithTensorsThatNobodyAskedFor() {
        try (GgufFile file = file(GgmlType.F32, "blk.0.attn_q.bias", 2)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT, false, 1);
            assertThatThrownBy(() -> weights.requireAllUsed("llama"))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("blk.0.attn_q.bias")
                    .hasMessageContaining("llama");
        }
    }

    @Test
    void refusesOtherShapesAndAbsentTensors() {
        try (GgufFile file = file(GgmlType.F32, "w", 8)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT, false, 1);
            assertThatThrownBy(() -> weights.linear("w", 8, COLUMNS))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("[64, 8]")
                    .hasMessageContaining("[8, 64]");
            assertThatThrownBy(() -> weights.vector("w", 8)).isInstanceOf(ModelFormatException.class);
            assertThatThrownBy(() -> weights.head("v", COLUMNS, 8))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("tensor v");
        }
    }

    @Test
    void refusesTypesThatItCannotRead() {
        Path path = new GgufWriter()
                .tensor("w", GgmlType.IQ4_NL, new long[] {COLUMNS, 8}, new byte[(int) GgmlType.IQ4_NL.byteSize(512)])
                .write(directory.resolve("iq.gguf"));
        try (GgufFile file = GgufFile.open(path)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT16, false, 1);
            assertThatThrownBy(() -> weights.linear("w", COLUMNS, 8))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("IQ4_NL");
        }
    }

    @Test
    void failsWhenTheFileShrinksAndLeavesNoThread() throws Exception {
        int rows = 1 << 15;
        try (GgufFile file = file(GgmlType.F32, "w", rows)) {
            GgufWeights weights = new GgufWeights(file, arena, DataType.FLOAT16, false, 3);
            weights.linear("w", COLUMNS, rows);
            try (FileChannel channel = FileChannel.open(directory.resolve("w.gguf"), StandardOpenOption.WRITE)) {
                channel.truncate(1 << 20);
            }
            assertThatThrownBy(() -> weights.load(bytes -> {}))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("shorter");
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("ascend4j-load")) {
                thread.join(5000); // its pool has ended, the thread itself may need a moment
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }
}
