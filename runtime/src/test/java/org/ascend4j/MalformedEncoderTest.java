package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.NativeResources;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged encoder folders are refused with the file and the field, and leave nothing behind. */
class MalformedEncoderTest {
    /** The id of a word. */
    private static final int RIVER = 9;

    @TempDir
    private Path directory;

    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        folder = copy("bert");
    }

    private Path copy(String name) throws IOException {
        Path source = TinyEncoders.path(name);
        Path target = directory.resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copied = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(file, copied);
                }
            }
        }
        return target;
    }

    private void edit(String file, String from, String to) throws IOException {
        Path path = folder.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)));
    }

    private void refuses(String... parts) {
        refuses(() -> Embedder.open(folder, TinyEncoders.options(DType.FLOAT32)).close(), parts);
    }

    private void refuses(ThrowingCallable opening, String... parts) {
        long start = System.nanoTime();
        assertThatThrownBy(opening)
                .isInstanceOf(ModelFormatException.class)
                .satisfies(
                        e -> assertThat(parts).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
        assertThat(System.nanoTime() - start)
                .as("nanoseconds until " + parts[0])
                .isLessThan(5_000_000_000L);
    }

    private void refusesAfter(String file, String from, String to, String... parts) throws IOException {
        String before = Files.readString(folder.resolve(file));
        edit(file, from, to);
        refuses(parts);
        Files.writeString(folder.resolve(file), before);
    }

    @Test
    void refusesConfigurationsThatDoNotFit() throws IOException {
        String config = "config.json";
        refusesAfter(config, "\"hidden_size\": 48", "\"hidden_size\": 0", "embedding_length", "0");
        refusesAfter(config, "\"hidden_size\": 48", "\"hidden_size\": 96", "token_embd.weight", "96");
        refusesAfter(config, "\"num_attention_heads\": 3", "\"num_attention_heads\": 5", "head size", "48 / 5");
        refusesAfter(config, "\"num_attention_heads\": 3", "\"num_attention_heads\": 6", "head size", "16");
        refusesAfter(config, "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", "blk.3", "absent");
        refusesAfter(config, "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2", "blk.2", "no place");
        refusesAfter(config, "\"intermediate_size\": 88", "\"intermediate_size\": -1", "intermediate_size", "-1");
        refusesAfter(config, "\"type_vocab_size\": 2", "\"type_vocab_size\": 3", "token_types.weight", "3");
        refusesAfter(
                config, "\"max_position_embeddings\": 70", "\"max_position_embeddings\": 71", "position_embd", "71");
        refusesAfter(config, "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"", "hidden_act", "relu", "gelu");
        refusesAfter(
                config,
                "\"position_embedding_type\": \"absolute\"",
                "\"position_embedding_type\": \"relative_key\"",
                "position_embedding_type",
                "relative_key");
        refusesAfter(config, "\"layer_norm_eps\": 1e-12", "\"layer_norm_eps\": -1", "layer_norm_epsilon");
        refusesAfter(config, "\"model_type\": \"bert\"", "\"model_type\": \"bart\"", "bart", "hidden_act");
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void refusesPipelinesThatItCannotFollow() throws IOException {
        String modules = "modules.json";
        refusesAfter(modules, "models.Normalize", "models.Dense", "modules.json", "Dense", "Pooling");
        refusesAfter(modules, "models.Pooling", "models.Normalize", "no Pooling");
        refusesAfter(modules, "models.Transformer", "models.Normalize", "no Transformer");
        refusesAfter(modules, "\"1_Pooling\"", "\"../1_Pooling\"", "path", "inside");
        refusesAfter(modules, "\"1_Pooling\"", "\"3_Pooling\"", "3_Pooling");
        refusesAfter(modules, "[", "{", "modules.json");
        String pooling = "1_Pooling/config.json";
        refusesAfter(
                pooling,
                "\"pooling_mode_max_tokens\": false",
                "\"pooling_mode_max_tokens\": true",
                "pooling_mode_max_tokens",
                "mean");
        refusesAfter(
                pooling,
                "\"pooling_mode_cls_token\": false",
                "\"pooling_mode_cls_token\": true",
                "pooling_mode_mean_tokens");
        refusesAfter(
                pooling,
                "\"pooling_mode_mean_tokens\": true",
                "\"pooling_mode_mean_tokens\": false",
                "one way of pooling");
        refusesAfter(pooling, "\"pooling_mode_mean_tokens\": true", "\"pooling_mode_mean_tokens\": 1", "true or false");
        refusesAfter("sentence_bert_config.json", "40", "0", "max_seq_length", "0");
        refusesAfter("sentence_bert_config.json", "40", "1e99", "max_seq_length");
        refusesAfter(
                "config_sentence_transformers.json",
                "\"default_prompt_name\": null",
                "\"default_prompt_name\": \"poem\"",
                "prompts.poem");
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @Test
    void refusesDamagedWeightsAndVocabularies() throws IOException {
        Path weights = folder.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(weights);
        for (int length : new int[] {0, 7, 100, 3000, whole.length - 1}) {
            Files.write(weights, Arrays.copyOf(whole, length));
            refuses("safetensors");
        }
        Files.write(weights, whole);
        edit("tokenizer.json", "\"WordPiece\"", "\"WordSalad\"");
        refuses("tokenizer.json", "WordSalad");
        Files.delete(folder.resolve("tokenizer.json"));
        edit("vocab.txt", "[UNK]", "[UN]");
        refuses("vocab.txt", "[UNK]");
        Files.write(folder.resolve("vocab.txt"), new byte[] {'a', '\n', (byte) 0xff});
        refuses("vocab.txt", "UTF-8");
        Files.delete(folder.resolve("vocab.txt"));
        refuses("tokenizer.json");
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @Test
    void refusesDecodersThatLookBothWays() throws IOException {
        folder = copy("qwen3");
        refusesAfter("config.json", "{", "{\"use_bidirectional_attention\": true,", "use_bidirectional_attention");
        refusesAfter("config.json", "{", "{\"is_causal\": false,", "is_causal");
    }

    @Test
    void refusesVocabulariesBeyondTheEmbedding() throws IOException {
        edit("tokenizer.json", "\"##9\":", "\"##10\": 5000, \"##9\":");
        refuses("tokenizer");
    }

    @Test
    void refusesCrossEncodersThatDoNotFit() throws IOException {
        folder = copy("reranker");
        String config = Files.readString(folder.resolve("config.json"));
        edit("config.json", "activation.Sigmoid", "activation.Softplus");
        refuses(() -> Reranker.open(folder, TinyEncoders.options(DType.FLOAT32)).close(), "activation_fn", "Softplus");
        Files.writeString(folder.resolve("config.json"), config);
        edit("tokenizer.json", "\"pair\"", "\"pears\"");
        refuses(() -> Reranker.open(folder, TinyEncoders.options(DType.FLOAT32)).close(), "post_processor", "pairs");
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void saysWhichTextHasNoFiniteVectorAndServesTheOthers() throws IOException {
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) file.getLong(0);
        JsonNode entries = new ObjectMapper().readTree(new String(bytes, 8, header, StandardCharsets.UTF_8));
        int words = entries.get("embeddings.word_embeddings.weight")
                .get("data_offsets")
                .get(0)
                .asInt();
        file.putFloat(8 + header + words + RIVER * 48 * Float.BYTES, Float.NaN);
        Files.write(weights, bytes);
        try (Embedder embedder = Embedder.open(folder, TinyEncoders.options(DType.FLOAT32));
                Embedder sound = TinyEncoders.embedder("bert", DType.FLOAT32)) {
            CompletableFuture<List<Embedding>> damaged = embedder.embedAsync(List.of("the cat", "the river"));
            CompletableFuture<List<Embedding>> fine = embedder.embedAsync(List.of("the cat"));
            assertThatThrownBy(damaged::join)
                    .hasCauseInstanceOf(AscendException.class)
                    .hasMessageContaining("text 1")
                    .hasMessageContaining("not finite");
            assertThat(fine.join()).isEqualTo(sound.embedAll(List.of("the cat")));
        }
        TinyModels.assertNothingOutstanding();
    }
}
