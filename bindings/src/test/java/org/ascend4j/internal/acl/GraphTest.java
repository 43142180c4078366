package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Captures, graphs and task groups on the host device. */
class GraphTest {
    private static final Duration SHORT = Duration.ofMillis(30);

    private Device device;
    private Stream stream;
    private OpCall op;
    private DeviceMemory memory;
    private Tensor x;
    private Scalar one;
    private Scalar ten;

    @BeforeEach
    void open() {
        device = HostDevice.open();
        stream = device.stream();
        op = new OpCall(stream);
        memory = device.allocate(64);
        memory.fill((byte) 0);
        x = Tensor.of(DataType.FLOAT, new long[] {4}, memory);
        one = Scalar.of(1f);
        ten = Scalar.of(10f);
    }

    @AfterEach
    void nothingIsLeft() {
        for (AutoCloseable resource : new AutoCloseable[] {x, one, ten, op, memory, stream, device}) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        assertThat(NativeResources.outstanding()).isEmpty();
        assertThat(Acl.hostOutstanding()).doesNotContain("graphs=");
    }

    /** x += factor * x. */
    private void grow(OpCall call, Scalar factor) {
        call.launch(
                "aclnnAdd",
                AclNative.aclnnAddGetWorkspaceSize(
                        x.handle(), x.handle(), factor.handle(), x.handle(), call.workspaceSize, call.executor),
                AclNative::aclnnAdd);
    }

    private void set(float value) {
        memory.copyFrom(HostDevice.floats(value, value, value, value));
    }

    private float get() {
        ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        memory.copyTo(value);
        return value.getFloat(0);
    }

    @Test
    void replaysWhatWasCaptured() {
        set(1);
        Graph graph;
        try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
            assertThat(NativeResources.outstanding()).containsEntry(Kind.CAPTURE, 1L);
            grow(op, one);
            grow(op, one);
            assertThat(capture.isValid()).isTrue();
            graph = capture.end();
            assertThat(capture.isClosed()).isTrue();
        }
        assertThat(get()).isEqualTo(1);
        try (graph;
                Stream other = device.stream()) {
            assertThat(NativeResources.outstanding()).containsEntry(Kind.GRAPH, 1L);
            graph.launch(stream);
            stream.synchronize(HostDevice.PATIENCE);
            assertThat(get()).isEqualTo(4);
            graph.launch(other);
            other.synchronize(HostDevice.PATIENCE);
            assertThat(get()).isEqualTo(16);
            assertThat(graph.device()).isSameAs(device);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> graph.launch(stream))
                .withMessageContaining("graph is closed");
    }

    @Test
    void closingWithoutAnEndDiscards() {
        set(3);
        try (Capture capture = Capture.begin(stream, CaptureMode.GLOBAL)) {
            grow(op, one);
            assertThat(capture.isClosed()).isFalse();
        }
        grow(op, one);
        stream.synchronize(HostDevice.PATIENCE);
        assertThat(get()).isEqualTo(6);
    }

    @Test
    void whatIsForbiddenSpoilsTheCapture() {
        Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL);
        assertThatExceptionOfType(AclException.class)
                .isThrownBy(() -> device.allocate(64))
                .satisfies(e -> assertThat(e.code()).isEqualTo(107030))
                .satisfies(e -> assertThat(e.hint()).contains("RELAXED"));
        assertThat(capture.isValid()).isFalse();
        assertThatExceptionOfType(AclException.class)
                .isThrownBy(capture::end)
                .satisfies(e -> assertThat(e.name()).isEqualTo("ACL_ERROR_RT_STREAM_CAPTURE_INVALIDATED"));
        assertThat(capture.isClosed()).isTrue();
        Capture again = Capture.begin(stream, CaptureMode.RELAXED);
        device.allocate(64).close();
        assertThatExceptionOfType(AclException.class)
                .isThrownBy(() -> stream.synchronize(SHORT))
                .satisfies(e -> assertThat(e.code()).isEqualTo(107027));
        again.close();
        stream.synchronize(HostDevice.PATIENCE);
    }

    @Test
    void anotherThreadCannotEndTheCapture() throws Exception {
        Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL);
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> {
            device.bind();
            try {
                capture.end();
            } catch (AclException e) {
                thrown[0] = e;
            }
        });
        thread.start();
        thread.join();
        assertThat(thrown[0]).hasMessageContaining("107038");
        capture.end().close();
    }

    @Test
    void updatesAGroupBehindAnExternalEvent() {
        set(1);
        try (Stream side = device.stream();
                OpCall sideOp = new OpCall(side);
                Event ready = device.externalEvent()) {
            Graph graph;
            TaskGroup group;
            try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
                stream.waitFor(ready);
                ready.reset(stream);
                group = capture.group(() -> grow(op, one));
                TaskGroup early = group;
                assertThatIllegalStateException().isThrownBy(early::handle);
                graph = capture.end();
            }
            try (graph) {
                graph.launch(stream);
                assertThatExceptionOfType(AclException.class).isThrownBy(() -> stream.synchronize(SHORT));
                group.update(side, () -> grow(sideOp, ten));
                ready.record(side);
                stream.synchronize(HostDevice.PATIENCE);
                assertThat(get()).isEqualTo(11);
                assertThatExceptionOfType(AclException.class)
                        .isThrownBy(() -> group.update(side, () -> {}))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(107034));
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> group.update(side, () -> {
                            throw new IllegalArgumentException("no");
                        }));
                ready.record(side);
                graph.launch(stream);
                stream.synchronize(HostDevice.PATIENCE);
                assertThat(get()).as("the graph keeps its last update").isEqualTo(121);
                assertThatExceptionOfType(AclException.class).isThrownBy(ready::isComplete);
            }
            assertThatIllegalStateException().isThrownBy(group::handle);
        }
    }

    @Test
    void deviceStaysOpenWhileAGraphIs() {
        Graph graph;
        try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
            graph = capture.end();
        }
        assertThatIllegalStateException().isThrownBy(device::close).withMessageContaining("graph");
        graph.close();
    }
}
