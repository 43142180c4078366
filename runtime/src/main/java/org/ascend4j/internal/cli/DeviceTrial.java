package org.ascend4j.internal.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.ascend4j.DeviceInfo;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.MemoryInfo;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * What using the device showed: memory was allocated, data copied there and back, one product computed, captured and
 * replayed.
 *
 * @param device the device that answered
 * @param freeBytes its free memory
 * @param totalBytes all its memory
 * @param cores the cores that this process uses of it
 * @param copiedBytes how much went to the device and came back the same
 * @param matmulError largest difference of the product from one in double precision, relative to the largest element
 * @param timings how long it took
 */
record DeviceTrial(
        DeviceInfo device,
        long freeBytes,
        long totalBytes,
        int cores,
        long copiedBytes,
        double matmulError,
        DeviceTimings timings) {
    private static final int ROWS = 16;
    private static final int INNER = 256;
    private static final int COLUMNS = 64;

    /** Float32 sums of 256 products are far closer than this; a wrong kernel is far off. */
    private static final double TOLERANCE = 1e-3;

    private static final long SEED = 1;

    /** @throws AscendException if what comes back is not what was expected */
    static DeviceTrial run(DeviceSession session) {
        float[] x = numbers(ROWS * INNER, SEED);
        float[] weight = numbers(COLUMNS * INNER, SEED + 1);
        try (TensorArena arena = new TensorArena(session.device(), 1 << 20)) {
            DeviceArray onDevice = upload(arena, x);
            if (!Arrays.equals(x, download(onDevice, x.length))) {
                throw new AscendException("doctor: " + x.length + " numbers came back changed from the device");
            }
            DeviceArray out = arena.array(DataType.FLOAT, ROWS * COLUMNS);
            Tensor left = onDevice.as(ROWS, INNER);
            Tensor right = upload(arena, weight).view(new long[] {INNER, COLUMNS}, new long[] {1, INNER}, 0);
            Tensor product = out.as(ROWS, COLUMNS);
            Runnable multiply = () -> session.ops().matmul(left, right, product);
            multiply.run();
            session.synchronize();
            double error = requireRight(out, x, weight);
            DeviceTimings timings = DeviceTimings.measure(session, arena, multiply, () -> requireRight(out, x, weight));
            MemoryInfo memory = session.device().memory();
            return new DeviceTrial(
                    new DeviceInfo(session.name(), session.soc(), session.library(), session.cannVersion()),
                    memory.free(),
                    memory.total(),
                    session.device().coreLimit(),
                    (long) x.length * Float.BYTES,
                    error,
                    timings);
        }
    }

    /** Checks the product and wipes it, so that the next check sees a new one. */
    private static double requireRight(DeviceArray out, float[] x, float[] weight) {
        double error = error(download(out, ROWS * COLUMNS), x, weight);
        if (!(error <= TOLERANCE)) {
            throw new AscendException("doctor: a matrix product on the device is off by " + error
                    + " of its largest element, expected at most " + TOLERANCE);
        }
        out.memory().copyFrom(buffer(ROWS * COLUMNS));
        return error;
    }

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static DeviceArray upload(TensorArena arena, float[] numbers) {
        ByteBuffer bytes = buffer(numbers.length);
        bytes.asFloatBuffer().put(numbers);
        DeviceArray array = arena.array(DataType.FLOAT, numbers.length);
        array.memory().copyFrom(bytes);
        return array;
    }

    private static float[] download(DeviceArray array, int count) {
        ByteBuffer bytes = buffer(count);
        array.memory().copyTo(bytes);
        float[] numbers = new float[count];
        bytes.rewind().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }

    private static ByteBuffer buffer(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Against x times the transposed weight in double precision. */
    private static double error(float[] found, float[] x, float[] weight) {
        double difference = 0;
        double largest = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                double sum = 0;
                for (int k = 0; k < INNER; k++) {
                    sum += (double) x[row * INNER + k] * weight[column * INNER + k];
                }
                // Math.max keeps a NaN, which the caller's comparison then refuses.
                difference = Math.max(difference, Math.abs(found[row * COLUMNS + column] - sum));
                largest = Math.max(largest, Math.abs(sum));
            }
        }
        return difference / largest;
    }
}
