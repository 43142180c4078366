package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders that transformers wrote answer as the GGUF files they were made of. For a real model: write both with
 * {@code golden/pretrained/make.py GGUF FOLDER} and compare {@code ascend4j generate} on FOLDER and on FOLDER.gguf.
 */
class FolderModelTest {
    private static final String TEXT = "The first people who lived by the river <|im_end|> called it Ärger, 1234.";

    static Path folder(String type) {
        try {
            return Path.of(FolderModelTest.class
                    .getResource("/golden/pretrained/tiny-llama-" + type)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Llm open(Path path) {
        return Llm.open(path, TinyModels.options().dtype(DType.FLOAT32).build());
    }

    @Test
    void answersAsTheFileItWasMadeOf() {
        GenerationOptions options = GenerationOptions.defaults()
                .withMaxTokens(24)
                .withIgnoreEnd(true)
                .withLogprobs(3);
        for (String type : List.of("f16", "bf16")) {
            try (Llm file = open(TinyModels.path(type));
                    Llm folder = open(folder(type))) {
                assertThat(folder.modelName()).isEqualTo("tiny-llama-" + type);
                assertThat(folder.contextLength()).isEqualTo(file.contextLength());
                for (Prompt prompt : List.of(Prompt.raw(TEXT), Prompt.user(TEXT))) {
                    Completion expected = file.generate(prompt, options);
                    Completion found = folder.generate(prompt, options);
                    assertThat(found.tokens()).isEqualTo(expected.tokens());
                    // The same weights in the same order: not a bit differs.
                    assertThat(found.logprobs()).isEqualTo(expected.logprobs());
                    assertThat(found.text()).isEqualTo(expected.text());
                }
            }
        }
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void tokenizesAsTheFileItWasMadeOf() {
        for (String type : List.of("f16", "bf16")) {
            ModelTokenizer file = ModelTokenizer.open(TinyModels.path(type));
            ModelTokenizer folder = ModelTokenizer.open(folder(type));
            assertThat(folder.encode(TEXT, true)).isEqualTo(file.encode(TEXT, true));
            assertThat(folder.encode(TEXT, false)).isEqualTo(file.encode(TEXT, false));
            assertThat(folder.encode(Prompt.raw(TEXT))).isEqualTo(file.encode(Prompt.raw(TEXT)));
            assertThat(folder.encode(Prompt.user(TEXT))).isEqualTo(file.encode(Prompt.user(TEXT)));
            assertThat(folder.decode(folder.encode(TEXT, true))).isEqualTo(file.decode(file.encode(TEXT, true)));
        }
    }

    @Test
    void takesTheMakersSamplingAndEnds() {
        try (Llm llm = open(folder("f16"))) {
            GenerationOptions options = llm.recommendedOptions();
            assertThat(options.temperature()).isEqualTo(0.7);
            assertThat(options.topP()).isEqualTo(0.9);
            assertThat(options.topK()).isEqualTo(40);
        }
        try (Llm llm = open(TinyModels.path("f16"))) {
            assertThat(llm.recommendedOptions()).isEqualTo(GenerationOptions.defaults());
        }
    }

    @Test
    void refusesWhatItCannotRunByName(@TempDir Path copy) throws IOException {
        try (Stream<Path> files = Files.list(folder("f16"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        String config = Files.readString(copy.resolve("config.json"));
        refuses(copy, config.replace("\"llama\"", "\"rwkv9\""), "rwkv9", "llama");
        refuses(copy, config.replace("\"silu\"", "\"relu\""), "hidden_act", "\"relu\"", "silu");
        refuses(copy, config.replace("\"hidden_size\": 192", "\"hidden_size\": 193"), "193");
        refuses(
                copy,
                config.replace("\"num_attention_heads\": 10", "\"num_attention_heads\": -1"),
                "num_attention_heads");
        refuses(
                copy,
                config.replaceFirst("\\{", "{\"quantization_config\":{\"quant_method\":\"hqq\"},"),
                "quant_method",
                "hqq");
        // Code that a configuration points to is never looked for.
        refuses(
                copy,
                config.replaceFirst("\\{", "{\"auto_map\":{\"AutoModel\":\"evil.py--x\"},")
                        .replace("\"llama\"", "\"evil\""),
                "evil");
    }

    private static void refuses(Path folder, String config, String... parts) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        assertThatThrownBy(() -> open(folder).close())
                .isInstanceOf(ModelFormatException.class)
                .satisfies(
                        e -> assertThat(parts).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }
}
