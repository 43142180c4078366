package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.Acl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be opened is refused, and leaves nothing behind. */
@Timeout(60)
class LlmOpeningTest {
    private static final GenerationOptions SHORT =
            GenerationOptions.defaults().withMaxTokens(5).withIgnoreEnd(true);

    @TempDir
    Path directory;

    @AfterEach
    void leavesNothingBehind() {
        if (Acl.isOpen()) {
            TinyModels.assertNothingOutstanding();
        }
    }

    private static Llm open(Path path) {
        return Llm.open(path, TinyModels.options().build());
    }

    @Test
    void opensAModelWrittenByHand() {
        try (Llm llm = open(new MicroModel().write(directory.resolve("micro.gguf")))) {
            assertThat(llm.modelName()).isEqualTo("micro");
            assertThat(llm.generate(Prompt.tokens(5, 6, 7), SHORT).tokens()).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {299, 301})
    void refusesAVocabularyThatDoesNotFitTheWeights(int tokens) {
        Path path = new MicroModel().tokens(tokens).write(directory.resolve("micro.gguf"));
        assertThatThrownBy(() -> open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("found " + tokens)
                .hasMessageContaining("expected 300");
    }

    @Test
    void refusesANameThatIsNoText() {
        Path path = new MicroModel().name(7).write(directory.resolve("micro.gguf"));
        assertThatThrownBy(() -> open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("general.name");
    }

    /** Weights that are no numbers: whatever comes of them, the engine neither hangs nor gives an id out of range. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f})
    void survivesWeightsThatAreNoNumbers(float poison) {
        Path path = new MicroModel().poison(poison).write(directory.resolve("micro.gguf"));
        try (Llm llm = open(path)) {
            assertIdsOrError(llm, SHORT);
            assertIdsOrError(llm, SHORT.withTemperature(1).withSeed(1));
            assertIdsOrError(
                    llm, SHORT.withTemperature(1).withTopK(5).withTopP(0.5).withSeed(1));
        }
    }

    private static void assertIdsOrError(Llm llm, GenerationOptions options) {
        try {
            int[] ids = llm.generate(Prompt.tokens(5, 6, 7), options).tokens();
            assertThat(Arrays.stream(ids)).allMatch(id -> id >= 0 && id < 300);
        } catch (AscendException e) {
            assertThat(e).hasMessageContaining("damaged");
        }
    }

    @Test
    void refusesFilesThatAreAbsentOrCut() throws IOException {
        assertThatThrownBy(() -> open(directory.resolve("none.gguf"))).isInstanceOf(ModelFormatException.class);
        byte[] whole = Files.readAllBytes(TinyModels.path("q4_0"));
        for (int length : new int[] {0, 3, 100, 20_000, whole.length / 2, whole.length - 1}) {
            Path cut = Files.write(directory.resolve("cut.gguf"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> open(cut)).as("cut to %d bytes", length).isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void refusesAContextBeyondTheModels() {
        assertThatThrownBy(() -> Llm.open(
                        TinyModels.path("q4_0"),
                        TinyModels.options().contextLength(513).build()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("513")
                .hasMessageContaining("512");
    }

    @Test
    void refusesMoreCacheThanTheDeviceHas() {
        assertThatThrownBy(() -> Llm.open(
                        TinyModels.path("q4_0"),
                        TinyModels.options().kvTokens(1 << 30).build()))
                .isInstanceOf(AscendException.class)
                .hasMessageContaining("kv-tokens");
    }

    /** The child: a device with too little memory. */
    public static final class SmallDevice {
        public static void main(String[] arguments) {
            try (Llm llm = TinyModels.open("f16")) {
                System.out.println("opened " + llm.contextLength());
            } catch (AscendException e) {
                System.out.println(e.getClass().getName() + ": " + e.getMessage());
            }
            TinyModels.assertNothingOutstanding();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1 << 20, (64 << 20) + 512, (65 << 20) + 600_000})
    void refusesAModelThatTheDeviceCannotHold(long bytes) throws Exception {
        String output = new ChildJvm(directory)
                .environment("ASCEND4J_HOST_MEMORY", Long.toString(bytes))
                .run(60, SmallDevice.class);
        assertThat(output).contains("org.ascend4j.error.AscendException: ").contains("free");
    }

    @Test
    void shortensTheContextToTheCache() {
        LlmOptions options = TinyModels.options().kvTokens(40).blockSize(16).build();
        try (Llm llm = Llm.open(TinyModels.path("q4_0"), options)) {
            assertThat(llm.contextLength()).isEqualTo(48);
            Completion full = llm.generate(
                    Prompt.tokens(300), GenerationOptions.defaults().withIgnoreEnd(true));
            assertThat(full.tokens()).hasSize(47);
            assertThatThrownBy(() -> llm.generate(Prompt.tokens(new int[48]), SHORT))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void opensWithManyMoreThreadsThanThereIsWork() {
        try (Llm llm = Llm.open(
                TinyModels.path("q4_0"), TinyModels.options().threads(4096).build())) {
            assertThat(llm.generate(Prompt.tokens(300), SHORT).tokens()).hasSize(5);
        }
    }

    @Test
    void passesOnWhatTheProgressListenerThrows() {
        UncheckedIOException cause = new UncheckedIOException(new IOException("screen gone"));
        assertThatThrownBy(() ->
                        Llm.open(TinyModels.path("q4_0"), TinyModels.options().build(), (loaded, total) -> {
                            throw cause;
                        }))
                .isSameAs(cause);
    }

    @Test
    void endsAnswersWhenTheModelIsClosed() throws InterruptedException {
        Llm llm = TinyModels.open("q4_0");
        TokenStream stream =
                llm.stream(Prompt.tokens(300), GenerationOptions.defaults().withIgnoreEnd(true));
        stream.next();
        Thread closer = new Thread(llm::close);
        closer.start();
        assertThatThrownBy(() -> {
                    for (int answers = 0; answers < 1000; answers++) {
                        llm.generate(
                                Prompt.tokens(300), GenerationOptions.defaults().withIgnoreEnd(true));
                    }
                })
                .isInstanceOf(AscendException.class)
                .hasMessageContaining("closed");
        closer.join();
        stream.cancel();
        stream.close();
        assertThatThrownBy(() -> llm.stream(Prompt.tokens(300), SHORT)).hasMessageContaining("closed");
        assertThat(llm.tokenize("rivers", false)).isNotEmpty();
    }

    @Test
    void opensTwoModelsSideBySide() {
        int[] alone;
        try (Llm llm = TinyModels.open("q8_0")) {
            alone = llm.generate(Prompt.tokens(300), SHORT).tokens();
        }
        try (Llm first = TinyModels.open("q8_0")) {
            try (Llm other = TinyModels.open("q4_0")) {
                assertThat(first.generate(Prompt.tokens(300), SHORT).tokens()).isEqualTo(alone);
                assertThat(other.generate(Prompt.tokens(300), SHORT).tokens()).hasSize(5);
            }
            assertThat(first.generate(Prompt.tokens(300), SHORT).tokens()).isEqualTo(alone);
        }
    }
}
