package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.GgmlType;
import org.junit.jupiter.api.Test;

class IntegerJobTest {
    @Test
    void packsTheBytesThatGgmlsFourBitBlocksBecome() {
        long seed = 20260101;
        Random random = new Random(seed);
        byte[] quants = new byte[32 * 9];
        ByteBuffer blocks = ByteBuffer.allocate(9 * GgmlType.Q4_0.typeSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < 9; block++) {
            blocks.putShort(Half.fromFloat(0.5f));
            byte[] pairs = new byte[16];
            for (int i = 0; i < 32; i++) {
                int quant = random.nextInt(16) - 8;
                quants[block * 32 + i] = (byte) quant;
                pairs[i % 16] |= (byte) (quant + 8 << i / 16 * 4);
            }
            blocks.put(pairs);
        }
        ByteBuffer expected = ByteBuffer.allocate(16 * 9).order(ByteOrder.LITTLE_ENDIAN);
        PackFormat format = PackFormat.of(GgmlType.Q4_0).orElseThrow();
        GroupPacker.pack(GgmlType.Q4_0, format, blocks.flip(), 9, expected, ByteBuffer.allocate(18), null);
        ByteBuffer packed = ByteBuffer.allocate(16 * 9);
        IntegerJob.pack(quants, DataType.INT4, packed);
        assertThat(packed.array()).as("seed " + seed).isEqualTo(expected.array());
    }
}
