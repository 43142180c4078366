package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.acl.NativeResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class LlmLifecycleTest {
    private static final Prompt PROMPT = Prompt.raw("The first people who measured rivers");
    private static final GenerationOptions SHORT =
            GenerationOptions.defaults().withMaxTokens(30).withIgnoreEnd(true);
    private static final int CACHE_TOKENS = 16_384;
    private static final Duration LONG = Duration.ofSeconds(60);

    @AfterEach
    void freesEverything() {
        TinyModels.assertNothingOutstanding();
    }

    /** Device memory that the host device counts. */
    private static long deviceBytes() {
        return Long.parseLong(TinyModels.outstandingOnHost().replaceAll("bytes=([0-9]+) .*", "$1"));
    }

    @ParameterizedTest
    @CsvSource({"q8_0,float16", "q4_0,bfloat16", "f16,float32"})
    void givesUpMemoryInSleepAndAnswersTheSameAfterwards(String file, String type) {
        LlmOptions options = TinyModels.options()
                .option("dtype", type)
                .kvTokens(CACHE_TOKENS)
                .build();
        try (Llm llm = Llm.open(TinyModels.path(file), options)) {
            int[] before = llm.generate(PROMPT, SHORT).tokens();
            long awake = deviceBytes();
            for (Sleep level : List.of(Sleep.CACHE, Sleep.WEIGHTS, Sleep.CACHE)) {
                assertThat(llm.sleep(level, LONG)).isTrue();
                assertThat(llm.health().state()).isEqualTo(Health.State.SLEEPING);
                long asleep = deviceBytes();
                System.out.println(
                        file + " as " + type + ": " + awake + " bytes awake, " + asleep + " asleep, level " + level);
                if (level == Sleep.WEIGHTS) {
                    assertThat(NativeResources.outstanding()).isEmpty();
                    assertThat(asleep).isZero();
                } else {
                    assertThat(awake - asleep)
                            .as("at least the cache: " + CACHE_TOKENS + " tokens of 256 bytes or more")
                            .isGreaterThan(256L * CACHE_TOKENS);
                    assertThat(asleep).as("weights stay").isPositive();
                }
                assertThatThrownBy(() -> llm.generate(PROMPT, SHORT)).isInstanceOf(UnavailableException.class);
                llm.wake();
                assertThat(llm.health().ready()).isTrue();
                assertThat(llm.generate(PROMPT, SHORT).tokens()).isEqualTo(before);
                assertThat(deviceBytes()).as("as much as before").isBetween(awake * 9 / 10, awake * 11 / 10);
            }
            assertThat(llm.generate(PROMPT, SHORT).tokens()).isEqualTo(before);
        }
    }

    @Test
    void sleepsAndWakesAHundredTimesWithoutLosingMemory() {
        LlmOptions options = TinyModels.options().kvTokens(1024).build();
        try (Llm llm = Llm.open(TinyModels.path("q4_0"), options)) {
            int[] before = llm.generate(PROMPT, SHORT).tokens();
            long bytes = deviceBytes();
            for (int i = 0; i < 100; i++) {
                llm.sleep(i % 20 == 19 ? Sleep.WEIGHTS : Sleep.CACHE, LONG);
                llm.wake();
                assertThat(llm.generate(PROMPT, SHORT).tokens()).isEqualTo(before);
            }
            assertThat(deviceBytes()).isEqualTo(bytes);
            llm.sleep(Sleep.CACHE, LONG); // figures are exact then
            assertThat(llm.stats().tokens().generated()).isEqualTo(101 * 30);
        }
    }

    @Test
    void doesNotWakeFromAnotherFile(@TempDir Path directory) throws IOException {
        Path model = new MicroModel().write(directory.resolve("model.gguf"));
        try (Llm llm = Llm.open(model, TinyModels.options().build())) {
            int[] before = llm.generate(Prompt.tokens(5), SHORT).tokens();
            llm.sleep(Sleep.WEIGHTS, LONG);
            FileTime time = Files.getLastModifiedTime(model);
            Files.setLastModifiedTime(model, FileTime.fromMillis(time.toMillis() + 5000));
            assertThatThrownBy(llm::wake)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("open the model anew");
            assertThat(llm.health().state()).isEqualTo(Health.State.SLEEPING);
            assertThat(llm.health().reason()).contains("could not wake");
            Files.setLastModifiedTime(model, time);
            llm.wake();
            assertThat(llm.generate(Prompt.tokens(5), SHORT).tokens()).isEqualTo(before);
        }
    }

    @Test
    void finishesEverythingWhenDrained() throws Exception {
        Llm llm = TinyModels.open("q8_0");
        List<CompletableFuture<Completion>> running = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            running.add(llm.generateAsync(PROMPT, SHORT));
        }
        assertThat(llm.drain(LONG)).isTrue();
        for (CompletableFuture<Completion> each : running) {
            assertThat(each.get(10, TimeUnit.SECONDS).tokens()).hasSize(30);
        }
        assertThat(llm.health().state()).isEqualTo(Health.State.STOPPED);
        assertThat(llm.health().reason()).contains("drained");
        assertThatThrownBy(() -> llm.generate(PROMPT, SHORT)).isInstanceOf(UnavailableException.class);
        llm.close();
    }

    @Test
    void endsEverythingAtOnceWhenClosed() {
        Llm llm = TinyModels.open("q8_0");
        List<CompletableFuture<Completion>> running = new ArrayList<>();
        GenerationOptions endless = GenerationOptions.defaults().withIgnoreEnd(true);
        for (int i = 0; i < 40; i++) {
            running.add(llm.generateAsync(PROMPT, endless));
        }
        llm.close();
        for (CompletableFuture<Completion> each : running) {
            assertThatThrownBy(() -> each.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnavailableException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void refusesMoreThanItsQueueHolds() {
        LlmOptions options =
                TinyModels.options().maxSequences(1).queueLimits(3, 0).build();
        GenerationOptions long200 =
                GenerationOptions.defaults().withMaxTokens(200).withIgnoreEnd(true);
        try (Llm llm = Llm.open(TinyModels.path("q4_0"), options)) {
            List<CompletableFuture<Completion>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(llm.generateAsync(PROMPT, long200));
            }
            long refused = answers.stream()
                    .filter(answer -> answer.handle((done, failure) -> failure instanceof OverloadedException)
                            .join())
                    .count();
            assertThat(refused).isBetween(12L, 17L);
            assertThat(llm.generate(PROMPT, SHORT).tokens()).hasSize(30);
        }
    }
}
