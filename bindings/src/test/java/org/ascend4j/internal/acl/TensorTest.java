package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.ascend4j.internal.acl.generated.AclNative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private Device device;
    private DeviceMemory memory;

    @BeforeEach
    void allocate() {
        device = HostDevice.open();
        memory = device.allocate(256);
    }

    @AfterEach
    void nothingIsLeft() {
        memory.close();
        device.close();
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void fillsItsMemoryToTheLastByte(DataType type) {
        long elements = 256L * 8 / type.bits();
        try (Tensor tensor = Tensor.of(type, new long[] {2, elements / 2}, memory)) {
            assertThat(tensor.handle()).isNotZero();
            assertThat(tensor.shape()).containsExactly(2, elements / 2);
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Tensor.of(type, new long[] {elements + 1}, memory));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Tensor.of(type, new long[] {elements}, memory, 32));
    }

    @Test
    void refusesShapesThatNoMemoryHolds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, new long[] {-1}, memory))
                .withMessageContaining("negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, new long[9], memory))
                .withMessageContaining("8 dimensions");
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, new long[] {1L << 32, 1L << 32}, memory));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, new long[] {1L << 62}, memory));
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "32,0,32", "4,1,0", "36,9,0", "100,25,0"})
    void pointsAtTheFirstElementOrOffsetsFromTheAlignedBase(long byteOffset, long elementOffset, long pointer) {
        try (Tensor tensor = Tensor.of(DataType.FLOAT, new long[] {5}, memory, byteOffset)) {
            long[] offset = new long[1];
            Acl.check(AclNative.aclGetViewOffset(tensor.handle(), offset), "aclGetViewOffset");
            assertThat(offset[0]).isEqualTo(elementOffset);
        }
        try (Tensor tensor = Tensor.of(DataType.FLOAT, new long[] {5}, memory.slice(byteOffset, 20))) {
            long[] offset = new long[1];
            Acl.check(AclNative.aclGetViewOffset(tensor.handle(), offset), "aclGetViewOffset");
            assertThat(offset[0]).isEqualTo(elementOffset);
        }
        assertThat(pointer % 32).isZero();
    }

    @Test
    void refusesOffsetBetweenElements() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, new long[] {5}, memory, 2))
                .withMessageContaining("whole number of elements");
    }

    @Test
    void stridedViewReachesNoFurtherThanItsMemory() {
        long[] shape = {4, 4};
        Tensor.of(DataType.FLOAT, shape, new long[] {16, 1}, 12, memory).close(); // last element is 63
        Tensor.of(DataType.FLOAT, shape, new long[] {0, 1}, 60, memory).close(); // broadcast
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, shape, new long[] {16, 1}, 13, memory));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, shape, new long[] {20, 2}, 0, memory));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, shape, new long[] {-16, 1}, 48, memory));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, shape, new long[] {1}, 0, memory));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, shape, new long[] {16, 1}, -1, memory));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DataType.INT4, shape, new long[] {4, 1}, 1, memory));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Tensor.of(DataType.FLOAT, shape, new long[] {Long.MAX_VALUE, 1}, 0, memory));
    }

    @Test
    void emptyTensorTouchesNothing() {
        try (Tensor tensor = Tensor.of(DataType.FLOAT, new long[] {0, 7}, memory, 256)) {
            assertThat(tensor.type()).isEqualTo(DataType.FLOAT);
        }
    }

    @Test
    void listOwnsItsMembers() {
        Tensor first = Tensor.of(DataType.FLOAT, new long[] {4}, memory);
        Tensor second = Tensor.of(DataType.FLOAT, new long[] {4}, memory, 32);
        assertThatIllegalArgumentException().isThrownBy(() -> TensorList.of(first, first));
        try (TensorList list = TensorList.of(first, second)) {
            assertThat(list.handle()).isNotZero();
            assertThat(first.isClosed()).isTrue();
            assertThatIllegalStateException().isThrownBy(second::handle);
            second.close();
            assertThat(NativeResources.outstanding())
                    .doesNotContainKey(NativeResources.Kind.TENSOR)
                    .containsEntry(NativeResources.Kind.TENSOR_LIST, 1L);
        }
    }

    @Test
    void packsFourBitsByTwo() {
        assertThat(DataType.INT4.bytes(5)).isEqualTo(3);
        assertThat(DataType.BF16.bytes(5)).isEqualTo(10);
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> DataType.FLOAT.bytes(1L << 60));
    }

    @Test
    void arrayTakesNoMoreThanThereIs() {
        IntArray.of(new long[] {1, 2, 3}, 2).close();
        assertThatIllegalArgumentException().isThrownBy(() -> IntArray.of(new long[] {1}, 2));
    }
}
