package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufTensor;

/** A run of a tensor's elements on its way to the activations' type. */
final class DequantizeJob extends WeightJob {
    private static final ThreadLocal<float[]> FLOATS = ThreadLocal.withInitial(() -> new float[0]);

    private final Checkpoint file;
    private final GgufTensor tensor;
    private final long first;
    private final int count;
    private final float factor;
    private final DataType type;
    private final DeviceMemory target;
    private final long targetElement;

    /**
     * @param first the first element, at the start of a block
     * @param factor what each element is multiplied with
     * @param targetElement where it goes, in elements of the target
     */
    DequantizeJob(
            Checkpoint file,
            GgufTensor tensor,
            long first,
            int count,
            float factor,
            DataType type,
            DeviceMemory target,
            long targetElement) {
        this.file = file;
        this.tensor = tensor;
        this.first = first;
        this.count = count;
        this.factor = factor;
        this.type = type;
        this.target = target;
        this.targetElement = targetElement;
    }

    @Override
    int sourceBytes() {
        return (int) tensor.type().byteSize(count);
    }

    @Override
    int stagingBytes() {
        return (int) type.bytes(count);
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        file.read(tensor, tensor.type().byteSize(first), source.limit(sourceBytes()));
        float[] values = FLOATS.get();
        if (values.length < count) {
            values = new float[count];
            FLOATS.set(values);
        }
        Dequantizer.dequantize(tensor.type(), source.flip(), values, count);
        for (int i = 0; factor != 1 && i < count; i++) {
            values[i] *= factor;
        }
        ActivationType.of(type).put(values, count, staging);
        return List.of(new Region(0, stagingBytes(), target, type.bytes(targetElement)));
    }
}
