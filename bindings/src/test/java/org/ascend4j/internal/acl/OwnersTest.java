package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The typed owners on the host device. */
class OwnersTest {
    private Device device;

    @BeforeEach
    void openDevice() {
        device = HostDevice.open();
    }

    @AfterEach
    void nothingIsLeft() {
        device.close();
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @Test
    void addsOnTheDevice() {
        assertThat(HostDevice.addTwice(device, new float[] {1, -2, 3.5f}, new float[] {10, 20, 30}))
                .containsExactly(21, 38, 63.5f);
    }

    @Test
    void tellsVersionChipAndLibrary() {
        assertThat(Acl.cannVersion()).matches("\\d+\\.\\d+.*");
        assertThat(Acl.socName()).startsWith("Ascend");
        assertThat(Acl.deviceCount()).isPositive();
        assertThat(Acl.libraryPath("aclnnAdd")).endsWith(".so");
        assertThat(Acl.has("aclnnAdd")).isTrue();
        assertThat(Acl.has("aclnnNoSuchOperator")).isFalse();
        assertThat(Acl.since("aclnnScatterPaKvCache")).matches("\\d+\\.\\d+.*");
        assertThat(Acl.since("aclnnNoSuchOperator")).isEqualTo("unknown");
    }

    @Test
    void opensAgainWithoutEffect() {
        Acl.openHostDevice();
        assertThat(Acl.isOpen()).isTrue();
        assertThatExceptionOfType(AclException.class)
                .isThrownBy(() -> Acl.open(List.of(java.nio.file.Path.of("/nowhere"))))
                .satisfies(e -> assertThat(e.code()).isNegative());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copiesThereAndBack(boolean direct) {
        int size = (5 << 20) / 2 + 3; // several staging pieces and an odd rest
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        ByteBuffer source = buffer(direct, size + 7).put(7, bytes).position(7);
        ByteBuffer target = buffer(direct, size + 5).position(2).limit(2 + size - 10);
        try (DeviceMemory memory = device.allocate(size + 64)) {
            memory.copyFrom(64, source);
            memory.copyTo(64 + 10, target);
        }
        assertThat(source.position()).isEqualTo(7);
        assertThat(target.position()).isEqualTo(2);
        for (int i = 0; i < size - 10; i++) {
            assertThat(target.get(2 + i)).isEqualTo(bytes[i + 10]);
        }
        assertThat(target.clear().get(1)).isZero();
        assertThat(target.get(2 + size - 10)).isZero();
    }

    private static ByteBuffer buffer(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }

    @Test
    void copiesAsynchronouslyThroughPinnedMemory() {
        try (DeviceMemory first = device.allocate(64);
                DeviceMemory second = device.allocate(64);
                HostMemory host = device.allocateHost(64);
                Stream stream = device.stream()) {
            host.buffer().putInt(8, 0x01020304);
            first.fillAsync(0, 64, (byte) 0, stream);
            first.copyFromAsync(32, host, 8, 4, stream);
            second.copyFromAsync(0, first, 32, 32, stream);
            second.copyToAsync(0, host, 0, 8, stream);
            stream.synchronize(HostDevice.PATIENCE);
            assertThat(host.buffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(host.buffer().getLong(0)).isEqualTo(0x01020304L);
            assertThat(stream.isIdle()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"0,65", "1,64", "64,1", "65,0", "-1,1", "9223372036854775807,1", "0,2147483647"})
    void refusesCopiesThatDoNotFit(long offset, int length) {
        try (DeviceMemory memory = device.allocate(64);
                DeviceMemory other = device.allocate(128);
                HostMemory host = device.allocateHost(128);
                Stream stream = device.stream()) {
            refused(() -> memory.copyFromAsync(offset, host, 0, length, stream));
            refused(() -> memory.copyToAsync(offset, host, 0, length, stream));
            refused(() -> memory.copyFromAsync(offset, other, 0, length, stream));
            refused(() -> other.copyFromAsync(0, memory, offset, length, stream));
            refused(() -> memory.fillAsync(offset, length, (byte) 1, stream));
            refused(() -> memory.slice(offset, length));
            if (length <= 128) {
                refused(() -> memory.copyFrom(offset, ByteBuffer.allocate(length)));
                refused(() -> memory.copyTo(offset, ByteBuffer.allocateDirect(length)));
            }
        }
    }

    private static void refused(Runnable copy) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(copy::run)
                .withMessageContaining("do not lie within its");
    }

    @Test
    void sliceIsBoundedByItselfAndDiesWithItsMemory() {
        DeviceMemory memory = device.allocate(64);
        DeviceMemory slice = memory.slice(16, 8);
        assertThat(slice.address()).isEqualTo(memory.address() + 16);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> slice.copyFrom(ByteBuffer.allocate(9)))
                .withMessageContaining("its 8 bytes");
        slice.close();
        slice.copyFrom(ByteBuffer.allocate(8));
        memory.close();
        assertThatIllegalStateException().isThrownBy(slice::address).withMessageContaining("is closed");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesToAllocateNothing(long bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> device.allocate(bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> device.allocateHost(bytes));
    }

    @Test
    void reportsExhaustedMemoryWithCodeNameAndHint() {
        assertThatExceptionOfType(AclException.class)
                .isThrownBy(() -> device.allocate(1L << 60))
                .satisfies(e -> {
                    assertThat(e.call()).isEqualTo("aclrtMalloc");
                    assertThat(e.code()).isIn(207001, 207018);
                    assertThat(e.name()).startsWith("ACL_ERROR_RT_");
                    assertThat(e.hint()).contains("exhausted");
                });
    }

    @Test
    void closesTwiceButIsNotUsedAfterClose() {
        DeviceMemory memory = device.allocate(64);
        Tensor tensor = Tensor.of(DataType.FLOAT, new long[] {16}, memory);
        IntArray array = IntArray.of(1, 2, 3);
        Scalar scalar = Scalar.of(1f);
        Stream stream = device.stream();
        Event event = device.event();
        for (int i = 0; i < 2; i++) {
            tensor.close();
            array.close();
            scalar.close();
            event.close();
            stream.close();
            memory.close();
        }
        for (Runnable use : List.<Runnable>of(
                tensor::handle, array::handle, scalar::handle, event::handle, stream::handle, memory::address)) {
            assertThatIllegalStateException().isThrownBy(use::run).withMessageContaining("is closed");
        }
        assertThatIllegalStateException().isThrownBy(() -> stream.synchronize(HostDevice.PATIENCE));
    }

    @Test
    void deviceStaysOpenWhileAnythingIsOutstanding() {
        System.setProperty(NativeResources.TRACK, "true");
        try (DeviceMemory memory = device.allocate(4096);
                Stream stream = device.stream()) {
            assertThatIllegalStateException()
                    .isThrownBy(device::close)
                    .withMessageContaining("2 outstanding")
                    .withMessageContaining("device memory of 4096 bytes")
                    .withMessageContaining("OwnersTest.deviceStaysOpenWhileAnythingIsOutstanding");
            assertThat(stream.device()).isSameAs(device);
            assertThat(memory.isClosed()).isFalse();
            assertThat(device.isClosed()).isFalse();
            assertThat(device.allocatedBytes()).isEqualTo(4096);
            assertThat(NativeResources.sites()).hasSize(2).anyMatch(line -> line.contains("stream from"));
            assertThat(NativeResources.outstanding())
                    .containsEntry(Kind.DEVICE_MEMORY, 1L)
                    .containsEntry(Kind.STREAM, 1L);
        } finally {
            System.clearProperty(NativeResources.TRACK);
        }
    }

    @Test
    void closedDeviceAllocatesNothing() {
        device.close();
        assertThatIllegalStateException().isThrownBy(() -> device.allocate(1));
        assertThatIllegalStateException().isThrownBy(device::stream);
        assertThatIllegalStateException().isThrownBy(device::memory);
    }

    @Test
    void threadWithoutDeviceIsToldToBind() throws Exception {
        AclException[] thrown = new AclException[1];
        Thread thread = new Thread(() -> {
            try {
                device.allocate(64).close();
            } catch (AclException e) {
                thrown[0] = e;
            }
            device.bind();
            device.allocate(64).close();
        });
        thread.start();
        thread.join();
        assertThat(thrown[0]).isNotNull();
        assertThat(thrown[0].code()).isEqualTo(107002);
        assertThat(thrown[0]).hasMessageContaining("Device.bind()");
    }

    @Test
    void memoryShrinksByWhatIsAllocated() {
        MemoryInfo before = device.memory();
        try (DeviceMemory memory = device.allocate(8 << 20)) {
            assertThat(memory.size()).isEqualTo(8 << 20);
            assertThat(device.memory().free()).isLessThanOrEqualTo(before.free() - (8 << 20));
            assertThat(device.memory().total()).isEqualTo(before.total());
        }
        assertThat(device.memory().free()).isEqualTo(before.free());
    }

    @Test
    void limitsCores() {
        device.limitCores(1);
        assertThat(device.coreLimit()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> device.limitCores(0));
    }

    @Test
    void timesAndOrdersByEvents() {
        try (Stream first = device.stream();
                Stream second = device.stream();
                Event start = device.timedEvent();
                Event end = device.timedEvent();
                DeviceMemory memory = device.allocate(1 << 20)) {
            start.record(first);
            memory.fillAsync(0, 1 << 20, (byte) 1, first);
            end.record(first);
            second.waitFor(end);
            end.synchronize(HostDevice.PATIENCE);
            second.synchronize(HostDevice.PATIENCE);
            assertThat(end.isComplete()).isTrue();
            assertThat(end.millisSince(start)).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void refusesToWaitForNoTime() {
        try (Stream stream = device.stream()) {
            assertThatIllegalArgumentException().isThrownBy(() -> stream.synchronize(Duration.ZERO));
            assertThatIllegalArgumentException().isThrownBy(() -> stream.synchronize(Duration.ofMillis(-1)));
            stream.synchronize(Duration.ofSeconds(Long.MAX_VALUE));
        }
    }

    @Test
    void firstPhaseFailureCarriesCannsMessage() {
        try (DeviceMemory memory = device.allocate(64);
                Stream stream = device.stream();
                OpCall op = new OpCall(stream);
                Tensor three = Tensor.of(DataType.FLOAT, new long[] {3}, memory);
                Scalar one = Scalar.of(1f)) {
            assertThatExceptionOfType(AclException.class)
                    .isThrownBy(() -> op.launch(
                            "aclnnAdd",
                            AclNative.aclnnAddGetWorkspaceSize(
                                    three.handle(), 0, one.handle(), three.handle(), op.workspaceSize, op.executor),
                            AclNative::aclnnAdd))
                    .satisfies(e -> {
                        assertThat(e.call()).isEqualTo("aclnnAddGetWorkspaceSize");
                        assertThat(e.code()).isEqualTo(161001);
                        assertThat(e.name()).isEqualTo("ACLNN_ERR_PARAM_NULLPTR");
                        assertThat(e.detail()).isNotEmpty().doesNotContain("\n");
                    });
            assertThat(op.workspaceBytes()).isZero();
        }
    }
}
