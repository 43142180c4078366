package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgmlType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DequantizerTest {
    static Stream<GgmlType> supported() {
        return Dequantizer.SUPPORTED.stream();
    }

    static Stream<GgmlType> unsupported() {
        return Arrays.stream(GgmlType.values()).filter(type -> !Dequantizer.supports(type));
    }

    @ParameterizedTest
    @MethodSource("supported")
    void readsTheNumbersThatGgmlDefines(GgmlType type) {
        GoldenBlocks golden = GoldenBlocks.of(type);
        float[] values = new float[golden.values().length + 1];
        values[golden.values().length] = 42;
        Dequantizer.dequantize(type, golden.blocks(), values, golden.values().length);
        assertThat(values[golden.values().length])
                .as("nothing beyond the count")
                .isEqualTo(42);
        int differs = Arrays.mismatch(values, golden.values());
        assertThat(differs)
                .as("first of %d elements that differs", golden.values().length)
                .isEqualTo(golden.values().length);
    }

    @ParameterizedTest
    @MethodSource("supported")
    void readsAsManyBlocksAsAskedFor(GgmlType type) {
        GoldenBlocks golden = GoldenBlocks.of(type);
        float[] values = new float[golden.values().length];
        Dequantizer.dequantize(type, golden.blocks(), values, type.blockSize());
        assertThat(Arrays.copyOf(values, type.blockSize())).isEqualTo(Arrays.copyOf(golden.values(), type.blockSize()));
        for (int i = type.blockSize(); i < values.length; i++) {
            assertThat(values[i]).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void refusesOtherTypesAndListsItsOwn(GgmlType type) {
        ByteBuffer block = ByteBuffer.allocate(type.typeSize()).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> Dequantizer.dequantize(type, block, new float[256], type.blockSize()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(type.name())
                .hasMessageContaining("Q6_K");
    }
}
