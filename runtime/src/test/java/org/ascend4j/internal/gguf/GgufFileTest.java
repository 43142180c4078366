package org.ascend4j.internal.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    @TempDir
    Path folder;

    private Path path(String name) {
        return folder.resolve(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void readsEveryKindOfValue(int version) {
        Path file = new GgufWriter(version)
                .key("text", "grüße 🙂 \uFFFD")
                .key("count", 7)
                .key("big", 1L << 40)
                .key("rate", 0.25f)
                .key("flag", true)
                .key("words", new String[] {"a", "", "é"})
                .key("ints", new int[] {-1, 2})
                .key("longs", new long[] {3, 4})
                .key("floats", new float[] {0.5f})
                .key("byte", 0, new byte[] {(byte) 200})
                .key("short", 3, new byte[] {(byte) 0xFE, (byte) 0xFF})
                .write(path("values.gguf"));
        try (GgufFile gguf = GgufFile.open(file)) {
            GgufMetadata values = gguf.metadata();
            assertThat(gguf.version()).isEqualTo(version);
            assertThat(values.string("text")).isEqualTo("grüße 🙂 \uFFFD");
            assertThat(values.u32("count")).isEqualTo(7);
            assertThat(values.i64("big")).isEqualTo(1L << 40);
            assertThat(values.f32("rate")).isEqualTo(0.25f);
            assertThat(values.bool("flag")).isTrue();
            assertThat(values.stringArray("words")).containsExactly("a", "", "é");
            assertThat(values.intArray("ints")).containsExactly(-1, 2);
            assertThat(values.intArray("longs")).containsExactly(3, 4);
            assertThat(values.floatArray("floats")).containsExactly(0.5f);
            assertThat(values.u32("byte")).isEqualTo(200);
            assertThat(values.i64("short")).isEqualTo(-2);
            assertThat(values.keys()).startsWith("text", "count");
        }
    }

    @Test
    void answersDefaultsOnlyForAbsentKeys() {
        Path file = new GgufWriter().key("count", 7).key("none", -1).write(path("defaults.gguf"));
        try (GgufFile gguf = GgufFile.open(file)) {
            GgufMetadata values = gguf.metadata();
            assertThat(values.u32("absent", 3)).isEqualTo(3);
            assertThat(values.u32("count", 3)).isEqualTo(7);
            assertThat(values.string("absent", "x")).isEqualTo("x");
            assertThat(values.bool("absent", true)).isTrue();
            assertThat(values.f32("absent", 1f)).isEqualTo(1f);
            assertThat(values.tokenId("none")).isEmpty();
            assertThat(values.tokenId("absent")).isEmpty();
            assertThat(values.tokenId("count")).hasValue(7);
            assertThatThrownBy(() -> values.string("count", "x"))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("defaults.gguf: key count: found long 7, expected a string");
        }
    }

    @Test
    void namesTheKeyThatIsAbsentOrOfAnotherType() {
        Path file = new GgufWriter()
                .key("words", new String[] {"a"})
                .key("big", 1L << 40)
                .key("longs", new long[] {1L << 40})
                .write(path("types.gguf"));
        try (GgufFile gguf = GgufFile.open(file)) {
            GgufMetadata values = gguf.metadata();
            assertThatThrownBy(() -> values.f32("llama.rope.freq_base"))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("llama.rope.freq_base: absent");
            assertThatThrownBy(() -> values.intArray("words")).hasMessageContaining("array of 1 (string)");
            assertThatThrownBy(() -> values.floatArray("words")).isInstanceOf(ModelFormatException.class);
            assertThatThrownBy(() -> values.bool("words")).isInstanceOf(ModelFormatException.class);
            assertThatThrownBy(() -> values.stringArray("big")).isInstanceOf(ModelFormatException.class);
            assertThatThrownBy(() -> values.u32("big")).hasMessageContaining("1099511627776");
            assertThatThrownBy(() -> values.intArray("longs")).hasMessageContaining("longs[0]");
        }
    }

    @Test
    void readsTensorBytesIntoHeapAndDirectBuffers() {
        byte[] first = new byte[3 * 4 * 4];
        byte[] second = new byte[2 * 18];
        new Random(7).nextBytes(first);
        new Random(8).nextBytes(second);
        Path file = new GgufWriter()
                .alignment(64)
                .tensor("a", GgmlType.F32, new long[] {3, 4}, first)
                .tensor("b", GgmlType.Q4_0, new long[] {64}, second)
                .write(path("tensors.gguf"));
        try (GgufFile gguf = GgufFile.open(file)) {
            GgufTensor a = gguf.requireTensor("a");
            assertThat(a.shape()).containsExactly(3, 4);
            assertThat(a.elements()).isEqualTo(12);
            assertThat(a.byteSize()).isEqualTo(first.length);
            GgufTensor b = gguf.tensor("b").orElseThrow();
            assertThat(b.offset()).isEqualTo(64);
            assertThat(b.type()).isEqualTo(GgmlType.Q4_0);
            assertThat(gguf.tensors()).containsExactly(a, b);
            for (ByteBuffer buffer : new ByteBuffer[] {ByteBuffer.allocate(20), ByteBuffer.allocateDirect(20)}) {
                gguf.read(b, 16, buffer);
                byte[] read = new byte[20];
                buffer.flip().get(read);
                assertThat(read).isEqualTo(java.util.Arrays.copyOfRange(second, 16, 36));
            }
        }
    }

    @Test
    void refusesReadsOutsideATensorOrOfAnotherFile() {
        GgufWriter writer = new GgufWriter().tensor("a", GgmlType.F32, new long[] {4}, new byte[16]);
        Path one = writer.write(path("one.gguf"));
        Path two = writer.write(path("two.gguf"));
        try (GgufFile gguf = GgufFile.open(one);
                GgufFile other = GgufFile.open(two)) {
            GgufTensor a = gguf.requireTensor("a");
            ByteBuffer buffer = ByteBuffer.allocate(8);
            assertThatThrownBy(() -> gguf.read(a, 9, buffer)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> gguf.read(a, -1, buffer)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> gguf.read(a, Long.MAX_VALUE, buffer))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> other.read(a, 0, buffer)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> gguf.requireTensor("b")).hasMessageContaining("tensor b: absent");
        }
    }

    @Test
    void knowsEveryFormatOfGgmlByItsId() {
        for (GgmlType type : GgmlType.values()) {
            assertThat(GgmlType.ofId(type.id())).hasValue(type);
        }
        assertThat(GgmlType.ofId(4)).isEmpty();
        assertThat(GgmlType.ofId(-1)).isEmpty();
        assertThat(GgmlType.ofId(40)).isEmpty();
        assertThat(GgmlType.Q6_K.byteSize(512)).isEqualTo(420);
        assertThatThrownBy(() -> GgmlType.Q4_1.byteSize(33)).isInstanceOf(IllegalArgumentException.class);
    }
}
