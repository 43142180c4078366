package org.ascend4j.internal.acl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.ascend4j.internal.acl.generated.AclNative;

/** What several tests do on the host device. */
final class HostDevice {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private HostDevice() {}

    static Device open() {
        Acl.openHostDevice();
        return Device.open(0);
    }

    static ByteBuffer floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer;
    }

    /** a + 2 * b by aclnnAdd, elementwise, through every owner of this package. */
    static float[] addTwice(Device device, float[] a, float[] b) {
        long bytes = a.length * 4L;
        long[] shape = {a.length};
        try (DeviceMemory left = device.allocate(bytes);
                DeviceMemory right = device.allocate(bytes);
                DeviceMemory sum = device.allocate(bytes);
                Stream stream = device.stream();
                OpCall op = new OpCall(stream);
                Tensor x = Tensor.of(DataType.FLOAT, shape, left);
                Tensor y = Tensor.of(DataType.FLOAT, shape, right);
                Tensor out = Tensor.of(DataType.FLOAT, shape, sum);
                Scalar two = Scalar.of(2f)) {
            left.copyFrom(floats(a));
            right.copyFrom(floats(b));
            op.launch(
                    "aclnnAdd",
                    AclNative.aclnnAddGetWorkspaceSize(
                            x.handle(), y.handle(), two.handle(), out.handle(), op.workspaceSize, op.executor),
                    AclNative::aclnnAdd);
            stream.synchronize(PATIENCE);
            ByteBuffer result = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
            sum.copyTo(result);
            float[] values = new float[a.length];
            result.asFloatBuffer().get(values);
            return values;
        }
    }
}
