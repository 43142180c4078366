package org.ascend4j.internal.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
class HostileSafetensorsTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("hostile.safetensors"), bytes);
    }

    private void refuses(byte[] bytes, String... parts) throws IOException {
        Path path = file(bytes);
        assertThatThrownBy(() -> SafetensorsFile.open(path).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("hostile.safetensors: byte ")
                .satisfies(
                        e -> assertThat(parts).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }

    private void refuses(String header, long data, String... parts) throws IOException {
        refuses(SafetensorsWriter.file(header, data), parts);
    }

    private static SafetensorsWriter sample() {
        return new SafetensorsWriter().tensor("one", "F32", 32, 2, 4).tensor("two", "F16", 16, 8);
    }

    @Test
    void refusesTruncationAtEveryByte() throws IOException {
        byte[] whole = sample().toBytes();
        SafetensorsFile.open(file(whole)).close();
        for (int length = 0; length < whole.length; length++) {
            refuses(Arrays.copyOf(whole, length));
        }
        refuses(Arrays.copyOf(whole, whole.length + 1), "1 bytes that belong to no tensor");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                49,
                100_000_001,
                (1L << 31) - 1,
                1L << 31,
                (1L << 32) + 1,
                (1L << 42) + 1,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void refusesHeaderLengthsThatCannotBe(long length) throws IOException {
        byte[] bytes = SafetensorsWriter.file("{}", 40);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        refuses(bytes, "header length", "found " + Long.toUnsignedString(length));
    }

    @Test
    void refusesAHeaderBeyondTheFormatsLimitInASparseFile() throws IOException {
        Path path = file(ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(100_000_001)
                .put((byte) '{')
                .array());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 1L << 32);
        }
        assertThatThrownBy(() -> SafetensorsFile.open(path)).hasMessageContaining("expected 2 to 100000000");
    }

    @Test
    void refusesWhatIsNotJsonOrNotAnObject() throws IOException {
        refuses("notjson!", 0, "byte 8", "expected {");
        refuses("[]", 0, "byte 8", "expected {");
        refuses("{\"a\"", 0, "well-formed");
        refuses("{}x", 0, "well-formed");
        refuses("{}{}", 0, "more text");
        refuses("{\"t\":7}", 0, "tensor t: an object");
        refuses("{'t':{}}", 0, "well-formed");
        refuses("{\"t\":{\"dtype\":\"U8\"}}", 0, "incomplete");
        refuses("{\"t\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"x\":1}}", 0, "member \"x\"");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        byte[] header =
                "{\"tt\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}".getBytes(StandardCharsets.US_ASCII);
        for (int[] pair : new int[][] {{0xC3, 0x28}, {0xFF, 0xFE}, {0xC0, 0xAF}, {0xED, 0xA0}}) {
            header[2] = (byte) pair[0];
            header[3] = (byte) pair[1];
            refuses(SafetensorsWriter.file(header, 0), "byte 10", "not UTF-8");
        }
    }

    @Test
    void refusesTwoEntriesOfOneName() throws IOException {
        String entry = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
        refuses("{\"t\":" + entry + ",\"t\":" + entry + "}", 1, "Duplicate", "'t'");
        refuses("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "Duplicate");
        refuses("{\"t\":{\"dtype\":\"U8\",\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "Duplicate");
    }

    @Test
    void refusesNumbersThatAreNoSizes() throws IOException {
        for (String number : new String[] {
            "-1", "1e400", "1.0", "1.5", "\"1\"", "null", "true", "[1]", "99999999999999999999", "9".repeat(500), "NaN"
        }) {
            refuses(new SafetensorsWriter()
                    .entry("t", "\"U8\"", "[" + number + "]", "[0,1]")
                    .toBytes());
            refuses(new SafetensorsWriter()
                    .entry("t", "\"U8\"", "[1]", "[0," + number + "]")
                    .toBytes());
        }
        refuses(new SafetensorsWriter().entry("t", "\"U8\"", "[1]", "[0,1,2]").toBytes(), "data_offsets");
        refuses(
                new SafetensorsWriter()
                        .entry("t", "\"U8\"", "[1,1,1,1,1,1,1,1,1]", "[0,1]")
                        .toBytes(),
                "shape");
    }

    @Test
    void refusesSizesThatOverflowOrDisagree() throws IOException {
        String[] shapes = {
            "[4611686018427387904,4]",
            "[4398046511105,4194304,4]",
            "[9223372036854775807,2]",
            "[4294967296,4294967296]",
            "[9223372036854775807]"
        };
        for (String shape : shapes) {
            refuses(
                    new SafetensorsWriter()
                            .entry("t", "\"F32\"", shape, "[0,0]")
                            .toBytes(),
                    "tensor t, shape");
        }
        refuses(entry("F4", "[3]", "[0,2]"), 2, "tensor t, shape");
        refuses(entry("F32", "[2]", "[0,4]"), 4, "4 bytes", "expected 8");
        refuses(entry("F32", "[1]", "[0,8]"), 8, "8 bytes", "expected 4");
    }

    private static String entry(String type, String shape, String offsets) {
        return "{\"t\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    @Test
    void refusesExtentsOutsideTheFileOverlapsAndGaps() throws IOException {
        refuses(entry("U8", "[5]", "[0,5]"), 4, "inside the 4 bytes");
        refuses(entry("U8", "[1]", "[9223372036854775806,9223372036854775807]"), 4, "inside the 4 bytes");
        refuses(entry("U8", "[1]", "[2,1]"), 4, "inside the 4 bytes");
        refuses(entry("U8", "[3]", "[1,4]"), 4, "a gap", "a start at 0");
        refuses(entry("U8", "[3]", "[0,3]"), 4, "1 bytes that belong to no tensor");
        SafetensorsWriter overlap = new SafetensorsWriter()
                .entry("a", "\"U8\"", "[3]", "[0,3]")
                .entry("b", "\"U8\"", "[2]", "[2,4]")
                .tensor("c", "U8", 4, 4);
        refuses(overlap.toBytes(), "tensor ", "an overlap");
        SafetensorsWriter all = new SafetensorsWriter();
        for (int i = 0; i < 1000; i++) {
            all.entry("t" + i, "\"U8\"", "[1000]", "[0,1000]");
        }
        refuses(withData(all, 1000), "an overlap");
    }

    private static byte[] withData(SafetensorsWriter writer, int data) {
        byte[] header = writer.toBytes();
        return Arrays.copyOf(header, header.length + data);
    }

    @Test
    void namesTheTensorOfAnUnknownType() throws IOException {
        refuses(entry("Q4_0", "[1]", "[0,1]"), 1, "tensor t, dtype", "\"Q4_0\"", "BF16");
        refuses(entry("f32", "[1]", "[0,4]"), 4, "tensor t, dtype");
    }

    @Test
    void refusesMetadataThatIsNotText() throws IOException {
        refuses("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__: strings only");
        refuses("{\"__metadata__\":[]}", 0, "__metadata__: an object");
        refuses("{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "__metadata__");
    }

    @Test
    void boundsDepthCountsAndNames() throws IOException {
        refuses("{\"t\":" + "[".repeat(100_000), 0, "byte ");
        refuses("{\"__metadata__\":" + "{\"a\":".repeat(100_000), 0, "byte ");
        refuses("{\"" + "n".repeat(600) + "\":{}}", 0, "600 characters");
        refuses("{\"" + "n".repeat(10_000_000) + "\":{}}", 0, "byte ");
        refuses("{\"\":{}}", 0, "0 characters");
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 1_000_000; i++) {
            many.append(i == 0 ? "" : ",").append("\"").append(i).append("\":");
            many.append("{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        }
        refuses(many.append('}').toString(), 0, "more than 65536 tensors");
    }

    @Test
    void survivesRandomDamage() throws IOException {
        long seed = 20_261_123;
        Random random = new Random(seed);
        byte[] whole = sample().toBytes();
        for (int round = 0; round < 2000; round++) {
            byte[] copy = whole.clone();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                copy[random.nextInt(whole.length - 48)] = (byte) random.nextInt();
            }
            try (SafetensorsFile opened = SafetensorsFile.open(file(copy))) {
                for (SafetensorsTensor tensor : opened.tensors()) {
                    opened.read(tensor, 0, ByteBuffer.allocate((int) tensor.byteSize()));
                }
            } catch (ModelFormatException e) {
                assertThat(e).hasMessageContaining("hostile.safetensors");
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ", round " + round, e);
            }
        }
    }
}
