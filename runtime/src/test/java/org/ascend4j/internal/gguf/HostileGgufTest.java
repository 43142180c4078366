package org.ascend4j.internal.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as an attacker or a broken download leaves them: each a typed error, quick, without a large allocation. */
@Timeout(20)
class HostileGgufTest {
    private static final long[] ABSURD = {
        0,
        1,
        -1,
        (1L << 31) - 1,
        1L << 31,
        (1L << 31) + 1,
        (1L << 32) - 1,
        1L << 32,
        (1L << 32) + 1,
        (1L << 42) + 1,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    @TempDir
    Path folder;

    private static GgufWriter sample() {
        return new GgufWriter()
                .key("general.architecture", "llama")
                .key("llama.block_count", 2)
                .key("words", new String[] {"a", "bc"})
                .key("scores", new float[] {1f, 2f})
                .key("kinds", new int[] {1, 2, 3})
                .tensor("one", GgmlType.F32, new long[] {4, 2}, new byte[32])
                .tensor("two", GgmlType.F16, new long[] {8}, new byte[16]);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("hostile.gguf"), bytes);
    }

    private void refuses(byte[] bytes, String... parts) throws IOException {
        Path path = file(bytes);
        assertThatThrownBy(() -> GgufFile.open(path).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("hostile.gguf")
                .satisfies(
                        e -> assertThat(parts).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }

    private static byte[] with(byte[] bytes, int at, long value) {
        byte[] copy = bytes.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        return copy;
    }

    @Test
    void refusesTruncationAtEveryByte() throws IOException {
        byte[] whole = sample().toBytes();
        GgufFile.open(file(whole)).close();
        // The last tensor's padding carries nothing, so only what lies before it is needed.
        int needed = whole.length - 16;
        GgufFile.open(file(Arrays.copyOf(whole, needed))).close();
        for (int length = 0; length < needed; length++) {
            refuses(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void survivesEveryCountSetToAbsurdValues() throws IOException {
        GgufWriter writer = sample();
        byte[] whole = writer.toBytes();
        assertThat(writer.countPositions()).hasSize(15);
        for (int at : writer.countPositions()) {
            long right = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
            for (long value : ABSURD) {
                if (value == right) {
                    continue;
                }
                if (value > 1 || value < 0) {
                    refuses(with(whole, at, value));
                } else {
                    opensOrRefuses(with(whole, at, value));
                }
            }
        }
    }

    @Test
    void survivesEveryEightBytesSetToAbsurdValues() throws IOException {
        GgufWriter writer = sample();
        byte[] whole = writer.toBytes();
        for (int at = 0; at + 8 <= writer.headerSize(); at++) {
            for (long value : new long[] {-1, (1L << 31) - 1, (1L << 42) + 1}) {
                opensOrRefuses(with(whole, at, value));
            }
        }
    }

    @Test
    void survivesRandomDamage() throws IOException {
        long seed = 20_261_123;
        Random random = new Random(seed);
        GgufWriter writer = sample();
        byte[] whole = writer.toBytes();
        for (int round = 0; round < 500; round++) {
            byte[] copy = whole.clone();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                copy[random.nextInt(writer.headerSize())] = (byte) random.nextInt();
            }
            try {
                opensOrRefuses(copy);
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ", round " + round, e);
            }
        }
    }

    /** A damaged file may still be well-formed; then what it says must be true of its bytes. */
    private void opensOrRefuses(byte[] bytes) throws IOException {
        try (GgufFile gguf = GgufFile.open(file(bytes))) {
            for (GgufTensor tensor : gguf.tensors()) {
                assertThat(gguf.dataStart() + tensor.offset() + tensor.byteSize())
                        .isBetween(0L, (long) bytes.length);
                gguf.read(tensor, 0, ByteBuffer.allocate((int) tensor.byteSize()));
            }
        } catch (ModelFormatException e) {
            assertThat(e).hasMessageContaining("hostile.gguf");
        }
    }

    @Test
    void refusesHugeArraysInASparseFileWithoutReadingThem() throws IOException {
        byte[] payload = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8)
                .putLong((1L << 31) - 8)
                .array();
        Path path = file(new GgufWriter().key("words", 9, payload).toBytes());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 1L << 36);
        }
        long before = Runtime.getRuntime().totalMemory();
        assertThatThrownBy(() -> GgufFile.open(path)).hasMessageContaining("words, count: found 2147483640");
        assertThat(Runtime.getRuntime().totalMemory() - before).isLessThan(64 << 20);
    }

    @Test
    void refusesAStringLongerThanAnyRealOneInASparseFile() throws IOException {
        byte[] payload = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Integer.MAX_VALUE)
                .array();
        Path path = file(new GgufWriter().key("text", 8, payload).toBytes());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 1L << 36);
        }
        assertThatThrownBy(() -> GgufFile.open(path)).hasMessageContaining("key text: found 2147483647");
    }

    @Test
    void refusesWhatIsNotAFileOfThisFormat() throws IOException {
        assertThatThrownBy(() -> GgufFile.open(folder)).hasMessageContaining("is a directory");
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf"))).hasMessageContaining("no such file");
        refuses(new byte[0], "is empty");
        refuses(new byte[] {'G', 'G'}, "byte 0", "magic", "end of the file (2 bytes)");
        refuses(new byte[64], "byte 0", "magic", "0x00000000", "GGUF");
        byte[] whole = sample().toBytes();
        byte[] version1 = whole.clone();
        version1[4] = 1;
        refuses(version1, "byte 4", "version", "found 1", "2 or 3");
        byte[] bigEndian = whole.clone();
        bigEndian[4] = 0;
        bigEndian[7] = 3;
        refuses(bigEndian, "big-endian");
    }

    @Test
    void refusesDuplicatesAndEmptyNames() throws IOException {
        byte[] nothing = {0, 0, 0, 0};
        refuses(new GgufWriter().key("k", 4, nothing).key("k", 4, nothing).toBytes(), "key 1", "\"k\"");
        refuses(new GgufWriter().key("", 4, nothing).toBytes(), "key 0");
        GgufWriter twice = new GgufWriter()
                .tensor("t", GgmlType.F32, new long[] {1}, new byte[4])
                .tensor("t", GgmlType.F32, new long[] {1}, new byte[4]);
        refuses(twice.toBytes(), "tensor 1", "\"t\"");
    }

    @Test
    void refusesNestedArraysAndUnknownTypes() throws IOException {
        byte[] nested = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(9)
                .putLong(1)
                .array();
        refuses(new GgufWriter().key("deep", 9, nested).toBytes(), "key deep", "array of arrays");
        refuses(new GgufWriter().key("odd", 13, new byte[8]).toBytes(), "key odd, type", "found 13", "0 to 12");
        refuses(new GgufWriter().key("flag", 7, new byte[] {2}).toBytes(), "key flag", "found 2", "0 or 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 31, 38, 40, 1000, -1})
    void namesTheTensorOfAnUnknownFormat(int id) throws IOException {
        refuses(
                new GgufWriter()
                        .entry("blk.0.attn_q.weight", id, new long[] {32}, 0)
                        .padding(64)
                        .toBytes(),
                "tensor blk.0.attn_q.weight, type",
                "found " + Integer.toUnsignedString(id));
    }

    @Test
    void refusesShapesThatCannotBe() throws IOException {
        refuses(new GgufWriter().entry("t", 0, new long[0], 0).toBytes(), "dimension count", "found 0");
        refuses(new GgufWriter().entry("t", 0, new long[5], 0).toBytes(), "dimension count", "found 5");
        refuses(new GgufWriter().entry("t", 0, new long[] {4, 0}, 0).toBytes(), "dimension 1", "found 0");
        refuses(new GgufWriter().entry("t", 2, new long[] {33}, 0).toBytes(), "33", "multiple of 32");
        long[] wraps = {(1L << 42) + 32, 1L << 30, 1L << 30};
        refuses(new GgufWriter().entry("t", 0, wraps, 0).toBytes(), "tensor t, size");
        refuses(new GgufWriter().entry("t", 0, new long[] {1L << 62}, 0).toBytes(), "tensor t, size");
    }

    @Test
    void refusesTensorsOutsideTheFileOrOverEachOther() throws IOException {
        refuses(
                new GgufWriter().entry("t", 0, new long[] {17}, 0).padding(64).toBytes(),
                "tensor t",
                "68 bytes",
                "inside the 64 bytes");
        refuses(
                new GgufWriter()
                        .entry("t", 0, new long[] {1}, 1L << 62)
                        .padding(64)
                        .toBytes(),
                "tensor t");
        refuses(
                new GgufWriter()
                        .entry("t", 0, new long[] {1}, Long.MAX_VALUE - 31)
                        .padding(64)
                        .toBytes(),
                "tensor t");
        refuses(new GgufWriter().entry("t", 0, new long[] {1}, 4).padding(64).toBytes(), "offset", "multiple of");
        refuses(
                new GgufWriter()
                        .entry("a", 0, new long[] {16}, 0)
                        .entry("b", 0, new long[] {8}, 32)
                        .padding(64)
                        .toBytes(),
                "tensor b",
                "inside tensor a");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 24, 33, 1 << 21, -8})
    void refusesAlignmentsThatMakeNoSense(int alignment) throws IOException {
        refuses(new GgufWriter().key("general.alignment", alignment).toBytes(), "general.alignment");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        byte[] payload = {2, 0, 0, 0, 0, 0, 0, 0, (byte) 0xC3, (byte) 0x28};
        refuses(new GgufWriter().key("text", 8, payload).toBytes(), "key text", "not UTF-8");
    }

    @Test
    void reportsAFileThatShrinksWhileOpen() throws IOException {
        Path path = file(sample().toBytes());
        try (GgufFile gguf = GgufFile.open(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(100);
            }
            GgufTensor tensor = gguf.requireTensor("one");
            assertThatThrownBy(() -> gguf.read(tensor, 0, ByteBuffer.allocate(32)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("tensor one");
        }
    }
}
