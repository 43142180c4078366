package org.ascend4j.bench.micro;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.TensorArena;

/** The host device with memory of random content, for the thread that opens it. */
final class HostDevice implements AutoCloseable {
    static final DataType TYPE = DataType.FLOAT16;

    private static final int CHUNK = 64 << 20;

    private final DeviceSession session;
    private final TensorArena arena;
    private final Random random = new Random(1);

    HostDevice() {
        session = DeviceSession.open(new DevicePlan(true, 0, List.of()), 0, Duration.ofMinutes(1));
        arena = new TensorArena(session.device(), CHUNK);
    }

    Ops ops() {
        return session.ops();
    }

    TensorArena arena() {
        return arena;
    }

    /** Random halves between 1/16 and 1/8, of either sign. */
    DeviceArray randomHalves(long elements) {
        DeviceArray array = arena.array(TYPE, elements);
        byte[] bytes = new byte[Math.toIntExact(TYPE.bytes(elements))];
        random.nextBytes(bytes);
        ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length; at += Short.BYTES) {
            content.putShort(at, (short) (content.getShort(at) & 0x83ff | 0x2c00));
        }
        array.memory().copyFrom(content);
        return array;
    }

    DeviceArray ints(int... values) {
        ByteBuffer content = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.asIntBuffer().put(values);
        DeviceArray array = arena.array(DataType.INT32, values.length);
        array.memory().copyFrom(content);
        return array;
    }

    DeviceArray longs(long... values) {
        ByteBuffer content = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.asLongBuffer().put(values);
        DeviceArray array = arena.array(DataType.INT64, values.length);
        array.memory().copyFrom(content);
        return array;
    }

    void synchronize() {
        session.synchronize();
    }

    @Override
    public void close() {
        arena.close();
        session.close();
    }
}
