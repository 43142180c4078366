package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other layouts of the same encoder give the same vectors. */
class EncoderFolderTest {
    private static final List<String> TEXTS =
            List.of("The cat sleeps by the river.", "\u00c4rger \u5b57 (unknown) [SEP] 12!", "running, RUNNING?");

    @TempDir
    private Path folder;

    private List<Embedding> expected;

    @BeforeEach
    void embed() throws IOException {
        Path bert = TinyEncoders.path("bert");
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(bert.resolve(file), folder.resolve(file));
        }
        try (Embedder embedder = TinyEncoders.embedder("bert", DType.FLOAT32)) {
            expected = embedder.embedAll(TEXTS);
        }
    }

    private List<Embedding> found() {
        try (Embedder embedder = Embedder.open(folder, TinyEncoders.options(DType.FLOAT32))) {
            return embedder.embedAll(TEXTS);
        }
    }

    @Test
    void takesTheMeanWhereNoPipelineIsNamed() {
        assertThat(found()).isEqualTo(expected);
    }

    @Test
    void readsAVocabularyOfLines() throws IOException {
        Files.delete(folder.resolve("tokenizer.json"));
        Files.copy(TinyEncoders.path("bert").resolve("vocab.txt"), folder.resolve("vocab.txt"));
        assertThat(found()).isEqualTo(expected);
        Files.delete(folder.resolve("tokenizer_config.json"));
        assertThat(found()).isEqualTo(expected);
        String unix = Files.readString(folder.resolve("vocab.txt"));
        Files.writeString(folder.resolve("vocab.txt"), unix.replace("\n", "\r\n"));
        assertThat(found()).isEqualTo(expected);
    }

    @Test
    void readsTheNamesOfTheFirstFilesAndLeavesWhatGuessesWords() throws IOException {
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        String header = new String(bytes, 8, length, StandardCharsets.UTF_8).strip();
        String older = header.replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta")
                .replace("\"embeddings.", "\"bert.embeddings.")
                .replace("\"encoder.", "\"bert.encoder.")
                .replace("\"pooler.dense", "\"cls.predictions.transform.dense");
        byte[] text = older.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .array());
        out.write(text);
        out.write(Arrays.copyOfRange(bytes, 8 + length, bytes.length));
        Files.write(weights, out.toByteArray());
        assertThat(found()).isEqualTo(expected);
    }
}
