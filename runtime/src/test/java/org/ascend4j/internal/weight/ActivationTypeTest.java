package org.ascend4j.internal.weight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTypeTest {
    private static final float[] NUMBERS = {1, -2.5f, 3, 99};

    @ParameterizedTest
    @EnumSource(ActivationType.class)
    void appendsAsManyNumbersAsToldBehindEachOther(ActivationType type) {
        int size = type == ActivationType.FLOAT32 ? 4 : 2;
        ByteBuffer target = ByteBuffer.allocateDirect(5 * size).order(ByteOrder.LITTLE_ENDIAN);
        type.put(NUMBERS, 3, target);
        type.put(NUMBERS, 2, target);
        assertThat(target.hasRemaining()).isFalse();
        float[] expected = {1, -2.5f, 3, 1, -2.5f};
        for (int i = 0; i < expected.length; i++) {
            assertThat(read(type, target, i * size)).isEqualTo(expected[i]);
        }
    }

    private static float read(ActivationType type, ByteBuffer target, int at) {
        return switch (type) {
            case FLOAT32 -> target.getFloat(at);
            case FLOAT16 -> Half.toFloat(target.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(target.getShort(at) << 16);
        };
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void knowsTheThreeTypesOfActivations(DataType type) {
        if (type == DataType.FLOAT || type == DataType.FLOAT16 || type == DataType.BF16) {
            assertThat(ActivationType.of(type)).isNotNull();
        } else {
            assertThatThrownBy(() -> ActivationType.of(type)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
