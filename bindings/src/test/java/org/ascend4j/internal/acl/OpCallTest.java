package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.generated.AclNative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two-phase operators on the host device: workspace, garbage, failures that come late. */
class OpCallTest {
    @AfterEach
    void nothingIsLeft() {
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    private static void add(OpCall op, Tensor x, Scalar one) {
        op.launch(
                "aclnnAdd",
                AclNative.aclnnAddGetWorkspaceSize(
                        x.handle(), x.handle(), one.handle(), x.handle(), op.workspaceSize, op.executor),
                AclNative::aclnnAdd);
    }

    @Test
    void makesNoJavaGarbageOnceWarm() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Device device = HostDevice.open();
                Stream stream = device.stream();
                OpCall op = new OpCall(stream);
                DeviceMemory memory = device.allocate(64);
                Tensor x = Tensor.of(DataType.FLOAT, new long[] {4}, memory);
                Scalar one = Scalar.of(1f)) {
            for (int i = 0; i < 100; i++) {
                add(op, x, one);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                add(op, x, one);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes for 1000 operators")
                    .isLessThan(16_000);
            stream.synchronize(HostDevice.PATIENCE);
        }
    }

    @Test
    void workspaceGrowsGeometricallyAndIsKept() {
        try (Device device = HostDevice.open();
                Stream stream = device.stream();
                Workspace workspace = new Workspace(stream)) {
            assertThat(workspace.require(0)).isZero();
            assertThat(workspace.size()).isZero();
            long first = workspace.require(1000);
            assertThat(workspace.size()).isEqualTo(1024);
            assertThat(workspace.require(10)).isEqualTo(first);
            workspace.require(1025);
            assertThat(workspace.size()).isEqualTo(2048);
            workspace.require(10_000);
            assertThat(workspace.size()).isEqualTo(10_240);
            assertThat(device.allocatedBytes()).isEqualTo(10_240);
        }
    }

    @Test
    void workspaceThatNoMemoryHoldsLeavesNothingBehind() {
        try (Device device = HostDevice.open();
                Stream stream = device.stream();
                Workspace workspace = new Workspace(stream)) {
            workspace.require(1000);
            assertThatExceptionOfType(AclException.class).isThrownBy(() -> workspace.require(1L << 60));
            assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> workspace.require(Long.MAX_VALUE));
            workspace.require(2000);
        }
    }

    /** An index outside of the table is found only while the operator runs. */
    @Test
    void lateFailureComesWithTheNextWaitAndTheDeviceOpensAgain() {
        AclException thrown;
        try (Device device = HostDevice.open();
                Stream stream = device.stream();
                OpCall op = new OpCall(stream);
                DeviceMemory table = device.allocate(4 * 8 * 4);
                DeviceMemory ids = device.allocate(64);
                DeviceMemory rows = device.allocate(64);
                Tensor weight = Tensor.of(DataType.FLOAT, new long[] {4, 8}, table);
                Tensor indices = Tensor.of(DataType.INT64, new long[] {1}, ids);
                Tensor out = Tensor.of(DataType.FLOAT, new long[] {1, 8}, rows)) {
            ByteBuffer id = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            ids.copyFrom(id.putLong(0, 1_000_000));
            op.launch(
                    "aclnnEmbedding",
                    AclNative.aclnnEmbeddingGetWorkspaceSize(
                            weight.handle(), indices.handle(), out.handle(), op.workspaceSize, op.executor),
                    AclNative::aclnnEmbedding);
            thrown = catchThrowableOfType(AclException.class, () -> stream.synchronize(HostDevice.PATIENCE));
        }
        assertThat(thrown).isNotNull();
        assertThat(thrown.code()).isEqualTo(507015);
        assertThat(thrown.name()).isEqualTo("ACL_ERROR_RT_AICORE_EXCEPTION");
        assertThat(NativeResources.outstanding()).isEmpty();
        try (Device device = HostDevice.open()) {
            assertThat(HostDevice.addTwice(device, new float[] {1}, new float[] {2}))
                    .containsExactly(5);
        }
    }
}
