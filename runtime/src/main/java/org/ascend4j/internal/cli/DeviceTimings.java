package org.ascend4j.internal.cli;

import java.util.function.Supplier;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.Capture;
import org.ascend4j.internal.acl.CaptureMode;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Graph;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * How long the device takes, the best of a few tries: to find a device that is far off, not to compare devices.
 *
 * @param copyMillis to copy {@link #COPIED_BYTES} there
 * @param productMicros to run the product, from its launch to its end
 * @param capture {@code yes}, or why the product could not be captured
 * @param replayMicros to replay its graph; 0 without one
 */
record DeviceTimings(double copyMillis, double productMicros, String capture, double replayMicros) {
    /** What is copied for timing. */
    static final int COPIED_BYTES = 8 << 20;

    /** What a stack that can capture says. */
    static final String CAPTURED = "yes";

    private static final int TRIES = 5;
    private static final double NANOS_PER_MICROSECOND = 1e3;
    private static final double NANOS_PER_MILLISECOND = 1e6;

    /**
     * @param product queues the product; has run before
     * @param right checks what it left, and wipes it
     */
    static DeviceTimings measure(DeviceSession session, TensorArena arena, Runnable product, Runnable right) {
        DeviceArray room = arena.array(DataType.FLOAT, COPIED_BYTES / Float.BYTES);
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocateDirect(COPIED_BYTES);
        double copy = best(() -> room.memory().copyFrom(bytes.rewind()));
        double eager = best(() -> {
            product.run();
            session.synchronize();
        });
        right.run();
        try {
            double replay = replay(session, product);
            right.run();
            return of(copy, eager, CAPTURED, replay);
        } catch (AclException refused) {
            return of(copy, eager, Failure.oneLine("no: " + refused.getMessage()), 0);
        }
    }

    private static DeviceTimings of(double copy, double eager, String capture, double replay) {
        return new DeviceTimings(
                copy / NANOS_PER_MILLISECOND, eager / NANOS_PER_MICROSECOND, capture, replay / NANOS_PER_MICROSECOND);
    }

    private static double replay(DeviceSession session, Runnable product) {
        Supplier<Graph> captured = () -> {
            try (Capture capture = Capture.begin(session.stream(), CaptureMode.THREAD_LOCAL)) {
                product.run();
                return capture.end();
            }
        };
        try (Graph graph = captured.get()) {
            return best(() -> {
                graph.launch(session.stream());
                session.synchronize();
            });
        }
    }

    private static double best(Runnable task) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            task.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    boolean captured() {
        return capture.equals(CAPTURED);
    }
}
