package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufWriter;
import org.ascend4j.internal.safetensors.SafetensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every class of malformed model, of both formats, opened through the library's own front door in a JVM of 64 MB: a typed
 * error that names the file and the place, within a second, before any native library is loaded.
 */
class HostileModelTest {
    private static final String CONFIG =
            "{\"model_type\":\"llama\",\"hidden_size\":64,\"num_hidden_layers\":1,\"num_attention_heads\":4,"
                    + "\"intermediate_size\":96,\"max_position_embeddings\":64,\"vocab_size\":300}";

    private static final byte[][] VALUES = {
        {7},
        {7},
        {7, 0},
        {7, 0},
        {7, 0, 0, 0},
        {7, 0, 0, 0},
        {0, 0, (byte) 0xE0, 0x40},
        {1},
        {1, 0, 0, 0, 0, 0, 0, 0, 'x'},
        {4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0},
        {7, 0, 0, 0, 0, 0, 0, 0},
        {7, 0, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 0x1C, 0x40}
    };

    @Test
    void refusesEveryMalformedClassSoonAndWithoutNativeCode(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path models = Files.createDirectories(directory.resolve("models"));
        ggufFiles(models);
        ggufKeysOfOtherTypes(models);
        safetensorsFolders(models);
        configurations(models);
        String output = new ChildJvm(directory)
                .options("-Xmx64m", "-XX:MaxDirectMemorySize=64m")
                .run(120, HostileModels.class, models);
        long written;
        try (Stream<Path> all = Files.list(models)) {
            written = all.count();
        }
        assertThat(written).isGreaterThan(150);
        assertThat(output).contains("refused " + written + " of " + written);
    }

    /** Every value type under every key that the vocabulary is read from: it fits, or it is refused by the key's name. */
    @Test
    void refusesVocabulariesOfOtherTypes(@TempDir Path directory) {
        Map<String, Object> keys = Map.ofEntries(
                Map.entry("tokenizer.ggml.model", "gpt2"),
                Map.entry("tokenizer.ggml.pre", "default"),
                Map.entry("tokenizer.ggml.tokens", new String[] {"a", "b", "ab"}),
                Map.entry("tokenizer.ggml.token_type", new int[] {1, 1, 1}),
                Map.entry("tokenizer.ggml.scores", new float[] {0, 0, 0}),
                Map.entry("tokenizer.ggml.merges", new String[] {"a b"}),
                Map.entry("tokenizer.ggml.bos_token_id", 0),
                Map.entry("tokenizer.ggml.eos_token_id", 1),
                Map.entry("tokenizer.ggml.add_bos_token", true),
                Map.entry("tokenizer.chat_template", "x"));
        int refused = 0;
        for (String changed : keys.keySet()) {
            for (int type = 0; type < VALUES.length; type++) {
                GgufWriter writer = new GgufWriter();
                for (Map.Entry<String, Object> key : keys.entrySet()) {
                    if (key.getKey().equals(changed)) {
                        writer.key(changed, type, VALUES[type]);
                    } else {
                        writer.key(key.getKey(), key.getValue());
                    }
                }
                Path file = writer.key("general.architecture", "llama").write(directory.resolve("v.gguf"));
                try {
                    ModelTokenizer.open(file).encode("ab", false);
                } catch (ModelFormatException e) {
                    assertThat(e).hasMessageContaining(changed.replace("tokenizer.ggml.", ""));
                    refused++;
                }
            }
        }
        assertThat(refused).isBetween(95, keys.size() * VALUES.length);
    }

    private static void gguf(Path models, String name, GgufWriter writer) throws IOException {
        Files.write(models.resolve(name + ".gguf"), writer.toBytes());
    }

    private static byte[] little(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    private static GgufWriter llama(String changed, int type, byte[] payload) {
        GgufWriter writer = new GgufWriter();
        Map<String, Object> keys = Map.of(
                "general.architecture", "llama",
                "llama.block_count", 1,
                "llama.context_length", 64,
                "llama.embedding_length", 64,
                "llama.feed_forward_length", 96,
                "llama.attention.head_count", 4,
                "llama.attention.head_count_kv", 2,
                "llama.attention.layer_norm_rms_epsilon", 1e-5f,
                "llama.rope.freq_base", 1e4f);
        keys.forEach((key, value) -> {
            if (key.equals(changed)) {
                writer.key(key, type, payload);
            } else {
                writer.key(key, value);
            }
        });
        return writer.tensor("token_embd.weight", GgmlType.F32, new long[] {64, 4}, new byte[1024]);
    }

    private static void ggufFiles(Path models) throws IOException {
        long[] absurd = {-1, (1L << 31) - 1, 1L << 31, (1L << 32) + 1, (1L << 42) + 1, Long.MAX_VALUE, Long.MIN_VALUE};
        GgufWriter sample = llama("", 0, null);
        byte[] whole = sample.toBytes();
        for (int at : sample.countPositions()) {
            for (long value : absurd) {
                byte[] copy = whole.clone();
                ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
                Files.write(models.resolve("count-" + at + "-" + Long.toHexString(value) + ".gguf"), copy);
            }
        }
        for (int length : new int[] {0, 3, 7, 23, 100, whole.length - 1}) {
            Files.write(models.resolve("cut-" + length + ".gguf"), java.util.Arrays.copyOf(whole, length));
        }
        gguf(models, "wraps", new GgufWriter().entry("t", 0, new long[] {(1L << 42) + 1, 1L << 30, 1L << 30}, 0));
        gguf(
                models,
                "sum-wraps",
                new GgufWriter()
                        .entry("a", 0, new long[] {1L << 60}, 0)
                        .entry("b", 0, new long[] {1L << 60}, 1L << 62)
                        .padding(64));
        gguf(
                models,
                "beyond",
                new GgufWriter().entry("t", 0, new long[] {1 << 20}, 0).padding(64));
        gguf(models, "zero", new GgufWriter().entry("t", 0, new long[] {0}, 0).padding(64));
        gguf(
                models,
                "odd-block",
                new GgufWriter().entry("t", 2, new long[] {33}, 0).padding(64));
        gguf(
                models,
                "unknown-type",
                new GgufWriter().entry("t", 99, new long[] {32}, 0).padding(64));
        for (GgmlType type : GgmlType.values()) {
            if (type.name().matches("(IQ|TQ|MXFP).*")) {
                gguf(models, "type-" + type, unsupported(type));
            }
        }
        gguf(models, "unknown-architecture", new GgufWriter().key("general.architecture", "mamba9"));
        gguf(models, "nested", new GgufWriter().key("a", 9, new byte[] {9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
        sparse(
                models.resolve("long-string.gguf"),
                new GgufWriter().key("k", 8, little(1L << 31)).toBytes());
        byte[] array = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4)
                .putLong(1L << 31)
                .array();
        sparse(
                models.resolve("long-array.gguf"),
                new GgufWriter().key("k", 9, array).toBytes());
    }

    private static GgufWriter unsupported(GgmlType type) {
        return llama("", 0, null)
                .tensor("output_norm.weight", type, new long[] {256}, new byte[(int) type.byteSize(256)]);
    }

    private static void sparse(Path file, byte[] start) throws IOException {
        Files.write(file, start);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 1L << 36);
        }
    }

    /** All types of values under each key that sizes come from; types that fit are passed over. */
    private static void ggufKeysOfOtherTypes(Path models) throws IOException {
        for (String key : List.of("block_count", "embedding_length", "attention.head_count", "context_length")) {
            for (int type = 0; type < VALUES.length; type++) {
                boolean integer = type < 6 || type == 10 || type == 11;
                if (!integer) {
                    gguf(models, "type-" + type + "-" + key, llama("llama." + key, type, VALUES[type]));
                }
            }
            gguf(models, "huge-" + key, llama("llama." + key, 10, little(1L << 40)));
            gguf(models, "negative-" + key, llama("llama." + key, 11, little(-1)));
        }
        for (int type : new int[] {0, 4, 6, 7, 9, 10, 12}) {
            gguf(models, "type-" + type + "-architecture", llama("general.architecture", type, VALUES[type]));
        }
        byte[] nan = {0, 0, (byte) 0xC0, 0x7F};
        gguf(models, "nan-epsilon", llama("llama.attention.layer_norm_rms_epsilon", 6, nan));
        gguf(models, "nan-base", llama("llama.rope.freq_base", 6, nan));
    }

    private static Path folder(Path models, String name, String config) {
        try {
            Path folder = Files.createDirectories(models.resolve(name));
            Files.writeString(folder.resolve("config.json"), config);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void weights(Path models, String name, byte[] bytes) throws IOException {
        Files.write(folder(models, "st-" + name, CONFIG).resolve("model.safetensors"), bytes);
    }

    private static void weights(Path models, String name, String header) throws IOException {
        weights(models, name, SafetensorsWriter.file(header, 8));
    }

    private static String entry(String type, String shape, String offsets) {
        return "\"t\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }

    private static void safetensorsFolders(Path models) throws IOException {
        byte[] whole = SafetensorsWriter.file("{" + entry("U8", "[8]", "[0,8]") + "}", 8);
        for (long length : new long[] {0, 1, -1, 100_000_001, 1L << 31, 1L << 42, Long.MAX_VALUE}) {
            byte[] copy = whole.clone();
            ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            weights(models, "length-" + Long.toHexString(length), copy);
        }
        for (int length : new int[] {0, 7, 9, 40, whole.length - 1}) {
            weights(models, "cut-" + length, java.util.Arrays.copyOf(whole, length));
        }
        weights(models, "not-json", "{notjson");
        weights(models, "array", "[]");
        weights(models, "utf8", SafetensorsWriter.file(new byte[] {'{', '"', (byte) 0xC3, 0x28, '"', '}'}, 0));
        weights(models, "deep", "{\"t\":" + "[".repeat(1_000_000));
        weights(models, "twice", "{" + entry("U8", "[8]", "[0,8]") + "," + entry("U8", "[8]", "[0,8]") + "}");
        weights(models, "overflow", "{" + entry("F32", "[4611686018427387904,4]", "[0,8]") + "}");
        weights(models, "negative", "{" + entry("U8", "[-8]", "[0,8]") + "}");
        weights(models, "huge-number", "{" + entry("U8", "[1e400]", "[0,8]") + "}");
        weights(models, "extent", "{" + entry("U8", "[9]", "[0,9]") + "}");
        weights(models, "disagrees", "{" + entry("U8", "[4]", "[0,8]") + "}");
        weights(models, "gap", "{" + entry("U8", "[4]", "[4,8]") + "}");
        weights(models, "rest", "{" + entry("U8", "[4]", "[0,4]") + "}");
        weights(models, "metadata", "{\"__metadata__\":{\"a\":1}," + entry("U8", "[8]", "[0,8]") + "}");
        weights(models, "type", "{" + entry("Q9", "[8]", "[0,8]") + "}");
        StringBuilder overlap = new StringBuilder("{");
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 300_000; i++) {
            String one = "\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}";
            many.append(i == 0 ? "" : ",").append(one);
            if (i < 1000) {
                overlap.append(i == 0 ? "" : ",").append(one);
            }
        }
        weights(models, "overlap", overlap.append('}').toString());
        weights(models, "many", many.append('}').toString());
        index(models, "up", "{\"weight_map\":{\"t\":\"../st-gap/model.safetensors\"}}");
        index(models, "absolute", "{\"weight_map\":{\"t\":\"/etc/hostname.safetensors\"}}");
        index(models, "missing", "{\"weight_map\":{\"t\":\"none.safetensors\"}}");
        index(models, "deep", "{\"weight_map\":" + "{\"a\":".repeat(500_000));
        Files.write(folder(models, "pickle", CONFIG).resolve("pytorch_model.bin"), new byte[100]);
        folder(models, "no-weights", CONFIG);
    }

    private static void index(Path models, String name, String json) throws IOException {
        Files.writeString(folder(models, "index-" + name, CONFIG).resolve("model.safetensors.index.json"), json);
    }

    private static void configurations(Path models) throws IOException {
        byte[] weights = new SafetensorsWriter()
                .tensor("model.embed_tokens.weight", "F32", 64 * 300 * 4, 300, 64)
                .toBytes();
        Map<String, String> configs = Map.of(
                "empty", "",
                "list", "[]",
                "twice", "{\"model_type\":\"llama\",\"model_type\":\"bert\"}",
                "deep", "{\"model_type\":" + "[".repeat(1_000_000),
                "type", CONFIG.replace("\"llama\"", "7"),
                "unknown", CONFIG.replace("\"llama\"", "\"evil\"").replaceFirst("\\{", "{\"auto_map\":{\"x\":\"y\"},"),
                "heads", CONFIG.replace(":4,", ":0,"),
                "wide", CONFIG.replace(":64,", ":1e30,"),
                "text", CONFIG.replace(":96,", ":\"96\","),
                "activation", CONFIG.replaceFirst("\\{", "{\"hidden_act\":\"relu\","));
        for (Map.Entry<String, String> config : configs.entrySet()) {
            Files.write(
                    folder(models, "config-" + config.getKey(), config.getValue())
                            .resolve("model.safetensors"),
                    weights);
        }
    }

    /** Opens every model of a directory. */
    static final class HostileModels {
        public static void main(String[] arguments) throws IOException {
            int refused = 0;
            int all = 0;
            List<Path> models;
            try (Stream<Path> listed = Files.list(Path.of(arguments[0]))) {
                models = listed.sorted().toList();
            }
            for (Path model : models) {
                all++;
                refused += refuses(model) ? 1 : 0;
            }
            String maps = Files.readString(Path.of("/proc/self/maps"));
            if (maps.contains("libjniascend4j") || maps.contains("libascendcl")) {
                System.out.println("native code was loaded: " + maps);
            } else {
                System.out.println("refused " + refused + " of " + all);
            }
        }

        private static boolean refuses(Path model) {
            long start = System.nanoTime();
            try {
                Llm.open(model, TinyModels.options().build()).close();
                System.out.println(model + " was opened");
                return false;
            } catch (ModelFormatException e) {
                long millis = (System.nanoTime() - start) / 1_000_000;
                boolean placed = e.getMessage().contains(model.getFileName().toString())
                        && e.getMessage().contains("expected");
                if (millis >= 1000 || !placed) {
                    System.out.println(model + ", " + millis + " ms: " + e.getMessage());
                    return false;
                }
                return true;
            } catch (RuntimeException | Error e) {
                System.out.println(model + ": " + e);
                return false;
            }
        }
    }
}
