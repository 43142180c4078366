package org.ascend4j.internal.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Well-formed files and folders. */
class SafetensorsFileTest {
    @TempDir
    Path folder;

    private static SafetensorsWriter sample() {
        return new SafetensorsWriter()
                .raw("\"__metadata__\":{\"format\":\"pt\"}")
                .tensor("a", "F32", 24, 2, 3)
                .tensor("scalar", "BF16", 2)
                .tensor("empty", "I64", 0, 0, 7)
                .tensor("nibbles", "F4", 3, 6);
    }

    private static byte[] read(SafetensorsFolder from, String name, long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        from.read(from.tensor(name).orElseThrow(), offset, bytes);
        return bytes.array();
    }

    @Test
    void readsShapesTypesAndBytes() throws IOException {
        sample().write(folder.resolve("model.safetensors"));
        try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
            assertThat(opened.names()).containsExactly("a", "scalar", "empty", "nibbles");
            SafetensorsTensor a = opened.tensor("a").orElseThrow();
            assertThat(a.shape()).containsExactly(2, 3);
            assertThat(a.type()).isEqualTo(SafetensorsType.F32);
            assertThat(opened.tensor("scalar").orElseThrow().shape()).isEmpty();
            assertThat(read(opened, "a", 4, 3)).containsExactly(4, 5, 6);
            assertThat(read(opened, "scalar", 0, 2)).containsExactly(24, 25);
            assertThat(read(opened, "nibbles", 2, 1)).containsExactly(28);
            assertThatThrownBy(() -> read(opened, "a", 20, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void takesTheOnlyIndexUnderAnotherName() throws IOException {
        sample().write(folder.resolve("quant_model_weight_w8a8-00001-of-00002.safetensors"));
        new SafetensorsWriter()
                .tensor("b", "U8", 2, 2)
                .write(folder.resolve("quant_model_weight_w8a8-00002-of-00002.safetensors"));
        String map = "{\"weight_map\":{";
        for (String name : new String[] {"a", "scalar", "empty", "nibbles"}) {
            map += "\"" + name + "\":\"quant_model_weight_w8a8-00001-of-00002.safetensors\",";
        }
        map += "\"b\":\"quant_model_weight_w8a8-00002-of-00002.safetensors\"}}";
        Path index = folder.resolve("quant_model_weight_w8a8.safetensors.index.json");
        Files.writeString(index, map);
        try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
            assertThat(opened.names()).hasSize(5);
        }
        Files.writeString(folder.resolve("other.safetensors.index.json"), map);
        assertThatThrownBy(() -> SafetensorsFolder.open(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("2 safetensors files without");
    }

    @Test
    void acceptsAHeaderPaddedWithSpaces() throws IOException {
        Path file = folder.resolve("padded.safetensors");
        String header = "{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}     ";
        Files.write(file, SafetensorsWriter.file(header, 2));
        try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
            assertThat(read(opened, "t", 0, 2)).containsExactly(0, 1);
        }
    }

    @Test
    void joinsShardsByTheirIndex() throws IOException {
        new SafetensorsWriter().tensor("a", "U8", 3, 3).write(folder.resolve("model-00001-of-00002.safetensors"));
        new SafetensorsWriter().tensor("b", "U8", 5, 5).write(folder.resolve("model-00002-of-00002.safetensors"));
        index("{\"a\":\"model-00001-of-00002.safetensors\",\"b\":\"model-00002-of-00002.safetensors\"}");
        try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
            assertThat(opened.names()).containsExactlyInAnyOrder("a", "b");
            assertThat(read(opened, "b", 1, 4)).containsExactly(1, 2, 3, 4);
        }
    }

    private void index(String map) throws IOException {
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":8},\"weight_map\":" + map + "}");
    }

    @Test
    void refusesAnIndexThatDisagreesWithItsShards() throws IOException {
        new SafetensorsWriter().tensor("a", "U8", 3, 3).write(folder.resolve("one.safetensors"));
        index("{\"a\":\"one.safetensors\",\"b\":\"one.safetensors\"}");
        refuses("weight_map.b", "a shard that has tensor b");
        index("{\"a\":\"two.safetensors\"}");
        refuses("two.safetensors", "no such file");
        new SafetensorsWriter()
                .tensor("a", "U8", 3, 3)
                .tensor("c", "U8", 1, 1)
                .write(folder.resolve("one.safetensors"));
        index("{\"a\":\"one.safetensors\"}");
        refuses("weight_map.c", "found nothing", "one.safetensors");
        new SafetensorsWriter()
                .tensor("a", "U8", 3, 3)
                .tensor("b", "U8", 3, 3)
                .write(folder.resolve("two.safetensors"));
        index("{\"c\":\"one.safetensors\",\"b\":\"two.safetensors\"}");
        refuses("tensor a", "a second one");
    }

    @Test
    void refusesShardsOutsideTheFolder() throws IOException {
        Path secret = Files.createDirectories(folder.resolve("other"));
        new SafetensorsWriter().tensor("a", "U8", 3, 3).write(secret.resolve("s.safetensors"));
        String[] names = {
            "other/s.safetensors",
            "../other/s.safetensors",
            secret.resolve("s.safetensors").toString(),
            "other\\\\s.safetensors",
            "file:s.safetensors",
            ".hidden.safetensors",
            "",
            "passwd",
            "s.safetensors\\u0000.safetensors",
            "a".repeat(300) + ".safetensors"
        };
        for (String name : names) {
            index("{\"a\":\"" + name + "\"}");
            refuses("weight_map.a", "plain name");
        }
        index("{\"a\":7}");
        refuses("weight_map.a", "found 7", "a string");
        index("{}");
        refuses("weight_map", "names the shard");
    }

    @Test
    void saysWhyPickledWeightsAreNotRead() throws IOException {
        refuses("no weights");
        Files.write(folder.resolve("pytorch_model.bin"), new byte[10]);
        refuses("pickled weights", "never loaded", "model.safetensors");
    }

    private void refuses(String... parts) {
        assertThatThrownBy(() -> SafetensorsFolder.open(folder).close())
                .isInstanceOf(ModelFormatException.class)
                .satisfies(
                        e -> assertThat(parts).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }

    @Test
    void reportsAFileThatShrinksWhileOpen() throws IOException {
        Path file = sample().write(folder.resolve("model.safetensors"));
        try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(Files.size(file) - 10);
            }
            assertThatThrownBy(() -> read(opened, "a", 0, 24))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("tensor a")
                    .hasMessageContaining("shorter");
        }
    }
}
