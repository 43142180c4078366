package org.ascend4j.bench.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticGgufTest {
    @TempDir
    private Path folder;

    @Test
    void theEnginesReaderReadsWhatWasWritten() {
        byte[] first = SyntheticGguf.weights(GgmlType.Q4_1, 64, new Random(1));
        byte[] second = SyntheticGguf.weights(GgmlType.F32, 5, new Random(2));
        Path path = new SyntheticGguf()
                .key("text", "größe")
                .key("number", 7)
                .key("list", new String[] {"a", ""})
                .tensor("w", GgmlType.Q4_1, first, 32, 2)
                .tensor("v", GgmlType.F32, second, 5)
                .write(folder.resolve("f.gguf"));

        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.metadata().string("text")).isEqualTo("größe");
            assertThat(file.metadata().stringArray("list")).containsExactly("a", "");
            assertThat(read(file, "w", first.length)).isEqualTo(first);
            assertThat(read(file, "v", second.length)).isEqualTo(second);
        }
    }

    private static byte[] read(GgufFile file, String tensor, int length) {
        ByteBuffer content = ByteBuffer.allocate(length);
        file.read(file.requireTensor(tensor), 0, content);
        return content.array();
    }

    @Test
    void refusesTypesItCannotMakeUp() {
        assertThatThrownBy(() -> SyntheticGguf.weights(GgmlType.Q6_K, 256, new Random(1)))
                .hasMessageContaining("Q6_K");
        assertThatThrownBy(() -> new SyntheticGguf().key("k", 1.5)).hasMessageContaining("no GGUF type");
    }
}
