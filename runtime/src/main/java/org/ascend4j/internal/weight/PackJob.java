package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.ops.DeviceArray;

/** A run of a tensor's groups whose quants are kept. */
final class PackJob extends WeightJob {
    private final Checkpoint file;
    private final GgufTensor tensor;
    private final long firstGroup;
    private final int groups;
    private final PackFormat format;
    private final DataType type;
    private final DeviceArray quants;
    private final DeviceArray scales;
    private final DeviceArray offsets;
    private final long targetGroup;

    /**
     * @param firstGroup the first group of 32, at the start of a block
     * @param format holds the tensor's type
     * @param type of scales and offsets: half or bfloat16
     * @param offsets null for symmetric formats
     * @param targetGroup where the first group goes, counted in groups
     */
    PackJob(
            Checkpoint file,
            GgufTensor tensor,
            long firstGroup,
            int groups,
            PackFormat format,
            DataType type,
            DeviceArray quants,
            DeviceArray scales,
            DeviceArray offsets,
            long targetGroup) {
        this.file = file;
        this.tensor = tensor;
        this.firstGroup = firstGroup;
        this.groups = groups;
        this.format = format;
        this.type = type;
        this.quants = quants;
        this.scales = scales;
        this.offsets = offsets;
        this.targetGroup = targetGroup;
    }

    @Override
    int sourceBytes() {
        return (int) tensor.type().byteSize((long) groups * GroupPacker.GROUP);
    }

    private int quantBytes() {
        return (int) quants.type().bytes((long) groups * GroupPacker.GROUP);
    }

    private int halfBytes() {
        return groups * Short.BYTES;
    }

    @Override
    int stagingBytes() {
        return quantBytes() + 2 * halfBytes();
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        file.read(tensor, tensor.type().byteSize(firstGroup * GroupPacker.GROUP), source.limit(sourceBytes()));
        ByteBuffer quantPart = part(staging, 0, quantBytes());
        ByteBuffer scalePart = part(staging, quantBytes(), halfBytes());
        ByteBuffer offsetPart = part(staging, quantBytes() + halfBytes(), halfBytes());
        GroupPacker.pack(tensor.type(), format, source.flip(), groups, quantPart, scalePart, offsetPart);
        if (type == DataType.BF16) {
            toBfloat(scalePart);
            toBfloat(offsetPart);
        }
        List<Region> regions = new ArrayList<>(3);
        long quantsAt = quants.type().bytes(targetGroup * GroupPacker.GROUP);
        regions.add(new Region(0, quantBytes(), quants.memory(), quantsAt));
        long halvesAt = targetGroup * Short.BYTES;
        regions.add(new Region(quantBytes(), halfBytes(), scales.memory(), halvesAt));
        if (offsets != null) {
            regions.add(new Region(quantBytes() + halfBytes(), halfBytes(), offsets.memory(), halvesAt));
        }
        return regions;
    }

    private void toBfloat(ByteBuffer halves) {
        for (int i = 0; i < halfBytes(); i += Short.BYTES) {
            halves.putShort(i, Half.toBfloat(Half.toFloat(halves.getShort(i))));
        }
    }

    private static ByteBuffer part(ByteBuffer whole, int offset, int length) {
        return whole.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
