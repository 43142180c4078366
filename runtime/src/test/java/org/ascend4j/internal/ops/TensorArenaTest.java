package org.ascend4j.internal.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.NativeResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorArenaTest {
    private static final int CHUNK = 4096;

    private Device device;
    private TensorArena arena;

    @BeforeEach
    void open() {
        Acl.openHostDevice();
        device = Device.open(0);
        arena = new TensorArena(device, CHUNK);
    }

    @AfterEach
    void close() {
        arena.close();
        device.close();
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    private record Span(long start, long end) {}

    private Span take(long bytes) {
        DeviceArray array = arena.array(DataType.UINT8, bytes);
        assertThat(array.memory().size()).isEqualTo(bytes);
        assertThat(array.memory().address() % 64).isZero();
        return new Span(array.memory().address(), array.memory().address() + bytes);
    }

    @Test
    void lendsMemoryThatOverlapsWithNoOther() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Span> spans = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                spans.add(take(1 + random.nextInt(3 * CHUNK)));
            }
            for (int i = 0; i < spans.size(); i++) {
                for (int j = 0; j < i; j++) {
                    boolean apart = spans.get(i).end() <= spans.get(j).start()
                            || spans.get(j).end() <= spans.get(i).start();
                    assertThat(apart).as("seed %dL round %d", seed, round).isTrue();
                }
            }
            arena.reset();
        }
    }

    @Test
    void allocatesNothingForASteadyUser() {
        long[] sizes = {100, 5000, 1, 4096, 9000, 512, 4000};
        for (int warm = 0; warm < 3; warm++) {
            arena.reset();
            for (long size : sizes) {
                take(size);
            }
        }
        long held = device.allocatedBytes();
        for (int round = 0; round < 100; round++) {
            arena.reset();
            for (long size : sizes) {
                take(size);
            }
            assertThat(device.allocatedBytes()).isEqualTo(held);
        }
    }

    /** A prompt a little longer each time must not leave the memory of every length behind. */
    @Test
    void staysWithinAFewTimesTheGreatestNeedWhileNeedsGrow() {
        long need = 0;
        for (long tokens = 1; tokens <= 400; tokens++) {
            arena.reset();
            need = 0;
            for (long features : new long[] {64, 64, 64, 32, 352, 176}) {
                take(tokens * features);
                need += tokens * features + 512;
            }
        }
        assertThat(device.allocatedBytes()).isLessThan(5 * need);
    }

    @Test
    void growsInWholeChunksUntilItIsFirstReset() {
        for (int i = 0; i < 16; i++) {
            take(CHUNK / 2);
        }
        assertThat(device.allocatedBytes()).isEqualTo(8 * CHUNK);
    }

    @Test
    void viewsAndSlicesSeeTheSameMemory() {
        DeviceArray array = arena.array(DataType.FLOAT, 12);
        ByteBuffer bytes = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 12; i++) {
            bytes.putFloat(i);
        }
        array.memory().copyFrom(bytes.flip());
        ByteBuffer part = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        array.slice(5, 2).memory().copyTo(part);
        assertThat(part.getFloat(0)).isEqualTo(5);
        assertThat(part.getFloat(4)).isEqualTo(6);
        assertThat(array.as(3, 4).shape()).containsExactly(3, 4);
        assertThat(array.view(new long[] {4, 3}, new long[] {1, 4}, 0).shape()).containsExactly(4, 3);
        assertThat(array.typed(DataType.INT32).memory().address())
                .isEqualTo(array.memory().address());
    }
}
