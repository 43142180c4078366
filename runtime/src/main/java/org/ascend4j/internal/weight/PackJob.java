package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.ops.DeviceArray;

/** A run of a tensor's blocks whose quants are kept. */
final class PackJob extends WeightJob {
    private final Checkpoint file;
    private final GgufTensor tensor;
    private final long firstBlock;
    private final int blocks;
    private final DataType type;
    private final DeviceArray quants;
    private final DeviceArray scales;
    private final DeviceArray offsets;
    private final long targetBlock;

    /**
     * @param type of scales and offsets: half or bfloat16
     * @param offsets null for symmetric types
     * @param targetBlock where the first block goes, counted in blocks
     */
    PackJob(
            Checkpoint file,
            GgufTensor tensor,
            long firstBlock,
            int blocks,
            DataType type,
            DeviceArray quants,
            DeviceArray scales,
            DeviceArray offsets,
            long targetBlock) {
        this.file = file;
        this.tensor = tensor;
        this.firstBlock = firstBlock;
        this.blocks = blocks;
        this.type = type;
        this.quants = quants;
        this.scales = scales;
        this.offsets = offsets;
        this.targetBlock = targetBlock;
    }

    @Override
    int sourceBytes() {
        return blocks * tensor.type().typeSize();
    }

    private int quantBytes() {
        return (int) quants.type().bytes((long) blocks * GroupPacker.GROUP);
    }

    private int halfBytes() {
        return blocks * Short.BYTES;
    }

    @Override
    int stagingBytes() {
        return quantBytes() + 2 * halfBytes();
    }

    @Override
    List<Region> run(ByteBuffer source, ByteBuffer staging) {
        file.read(tensor, firstBlock * tensor.type().typeSize(), source.limit(sourceBytes()));
        ByteBuffer quantPart = part(staging, 0, quantBytes());
        ByteBuffer scalePart = part(staging, quantBytes(), halfBytes());
        ByteBuffer offsetPart = part(staging, quantBytes() + halfBytes(), halfBytes());
        GroupPacker.pack(tensor.type(), source.flip(), blocks, quantPart, scalePart, offsetPart);
        if (type == DataType.BF16) {
            toBfloat(scalePart);
            toBfloat(offsetPart);
        }
        List<Region> regions = new ArrayList<>(3);
        long quantsAt = quants.type().bytes(targetBlock * GroupPacker.GROUP);
        regions.add(new Region(0, quantBytes(), quants.memory(), quantsAt));
        long halvesAt = targetBlock * Short.BYTES;
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
