package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.model.Golden;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Adapters of an open model: chosen by requests, loaded and unloaded while others run. */
@Timeout(120)
class LoraRequestsTest {
    private static final Path MODEL = Golden.path("pretrained/tiny-llama-f16");
    private static final List<String> FIVE = List.of("query-value", "all", "mlp", "second-layer", "expression");
    private static final GenerationOptions PLAIN =
            GenerationOptions.defaults().withMaxTokens(24).withIgnoreEnd(true).withLogprobs(0);

    @TempDir
    private Path directory;

    @AfterEach
    void leavesNothingOpen() {
        TinyModels.assertNothingOutstanding();
    }

    private static Path folder(String adapter) {
        return Golden.path("lora/" + adapter);
    }

    private static Llm open() {
        return Llm.open(MODEL, TinyModels.options().blockSize(16).build());
    }

    private static Prompt prompt(int start) {
        return Prompt.tokens(
                300 + start,
                17,
                250 + start,
                90,
                400,
                401,
                402,
                403,
                404,
                405,
                406,
                407,
                408,
                409,
                410,
                411,
                412,
                413,
                414);
    }

    /** Ids and the bits of their log probabilities. */
    private static List<Object> facts(Completion answer) {
        List<Object> facts = new ArrayList<>();
        answer.logprobs().forEach(each -> facts.add(each.token() + " " + Double.doubleToRawLongBits(each.logprob())));
        assertThat(facts).isNotEmpty();
        return facts;
    }

    private static List<Object> answer(Llm llm, int start, String adapter) {
        return facts(llm.generate(prompt(start), PLAIN.withAdapter(adapter)));
    }

    /** Figures are a moment old while the engine works. */
    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time until the figures show it").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void answersABatchOfFiveAdaptersAndNoneAsEachAlone() {
        List<List<Object>> alone = new ArrayList<>();
        try (Llm llm = open()) {
            alone.add(answer(llm, 0, ""));
        }
        for (int i = 0; i < FIVE.size(); i++) {
            try (Llm llm = open()) {
                llm.loadAdapter("only", folder(FIVE.get(i)));
                alone.add(answer(llm, i + 1, "only"));
                assertThat(alone.get(i + 1)).isNotEqualTo(answer(llm, i + 1, ""));
            }
        }
        try (Llm llm = open()) {
            FIVE.forEach(name -> llm.loadAdapter(name, folder(name)));
            List<CompletableFuture<Completion>> together = new ArrayList<>();
            for (int i = 0; i <= FIVE.size(); i++) {
                String adapter = i == 0 ? "" : FIVE.get(i - 1);
                together.add(llm.generateAsync(prompt(i), PLAIN.withAdapter(adapter)));
            }
            for (int i = 0; i <= FIVE.size(); i++) {
                assertThat(facts(together.get(i).join())).as("adapter " + i).isEqualTo(alone.get(i));
            }
            // Graphs again once no adapter is in the batch.
            long full = llm.stats().steps().full();
            assertThat(answer(llm, 0, "")).isEqualTo(alone.get(0));
            await(() -> llm.stats().steps().full() > full);
        }
    }

    @Test
    void listsWhatIsLoadedAndRefusesWhatIsNot() {
        try (Llm llm = Llm.open(MODEL, TinyModels.options().loras(2, 8).build())) {
            LoadedAdapter first = llm.loadAdapter("a", folder("query-value"));
            assertThat(first.rank()).isEqualTo(4);
            assertThat(first.bytes()).isPositive();
            assertThat(first.digest()).hasSize(64);
            assertThatThrownBy(() -> llm.loadAdapter("a", folder("mlp")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("'a' loaded already");
            llm.loadAdapter("b", folder("mlp"));
            assertThatThrownBy(() -> llm.loadAdapter("c", folder("all")))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("max-loras");
            assertThat(llm.adapters()).extracting(LoadedAdapter::name).containsExactly("a", "b");
            llm.unloadAdapter("a");
            assertThat(llm.adapters()).extracting(LoadedAdapter::name).containsExactly("b");
            assertThatThrownBy(() -> answer(llm, 0, "a"))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("adapter: found 'a', expected one that is loaded: [b]");
            assertThatThrownBy(() -> llm.unloadAdapter("a")).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> llm.loadAdapter("", folder("all"))).isInstanceOf(InvalidRequestException.class);
        }
        try (Llm llm = Llm.open(MODEL, TinyModels.options().loras(2, 7).build())) {
            assertThatThrownBy(() -> llm.loadAdapter("all", folder("all")))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("r: found 8, expected at most 7");
        }
    }

    @Test
    void sharesPrefixesByAnAdaptersContentAndNotByItsName() throws IOException {
        try (Llm llm = open()) {
            llm.loadAdapter("name", folder("query-value"));
            List<Object> first = answer(llm, 0, "name");
            llm.unloadAdapter("name");
            llm.loadAdapter("name", folder("all"));
            await(() -> llm.stats().cache().prefixQueries() > 0);
            LlmStats.Cache before = llm.stats().cache();
            List<Object> second = answer(llm, 0, "name");
            await(() -> llm.stats().cache().prefixQueries() > before.prefixQueries());
            assertThat(llm.stats().cache().prefixHits())
                    .as("hits of other weights")
                    .isEqualTo(before.prefixHits());
            assertThat(second).isNotEqualTo(first);
            // Equal bytes under another name and in another folder do share.
            Path copy = Files.createDirectory(directory.resolve("copy"));
            for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
                Files.copy(folder("all").resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            llm.loadAdapter("other", copy);
            assertThat(answer(llm, 0, "other")).isEqualTo(second);
            await(() -> llm.stats().cache().prefixHits() > before.prefixHits());
        }
    }

    @Test
    void unloadingWaitsForRequestsThatRunAndChangesNoneOfThem() throws Exception {
        GenerationOptions longer = PLAIN.withMaxTokens(300);
        try (Llm llm = open()) {
            llm.loadAdapter("a", folder("all"));
            List<Object> expected = facts(llm.generate(prompt(0), longer.withAdapter("a")));
            TokenStream running = llm.stream(prompt(0), longer.withAdapter("a"));
            CompletableFuture<Completion> other = llm.generateAsync(prompt(1), longer);
            running.next();
            CompletableFuture<Void> unloading = CompletableFuture.runAsync(() -> llm.unloadAdapter("a"));
            while (!llm.adapters().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> llm.generate(prompt(0), longer.withAdapter("a")))
                    .isInstanceOf(InvalidRequestException.class);
            Completion ended = running.completion();
            unloading.get(30, TimeUnit.SECONDS);
            assertThat(facts(ended)).isEqualTo(expected);
            assertThat(other.get(30, TimeUnit.SECONDS).tokens()).hasSize(300);
        }
    }

    @Test
    void loadingAndUnloadingUnderLoadLeaksNothing() throws Exception {
        // Graphs are captured as batch sizes come, by chance; eager steps leave the same things open each time.
        LlmOptions eager =
                TinyModels.options().blockSize(16).graphs(Graphs.EAGER).build();
        try (Llm llm = Llm.open(MODEL, eager)) {
            List<Object> base = answer(llm, 7, "");
            List<Object> adapted = null;
            Map<NativeResources.Kind, Long> settled = new EnumMap<>(NativeResources.Kind.class);
            for (int round = 0; round < 24; round++) {
                List<CompletableFuture<Completion>> load = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    load.add(llm.generateAsync(prompt(i), PLAIN));
                }
                String name = FIVE.get(round % 2);
                llm.loadAdapter(name, folder(name));
                CompletableFuture<Completion> with = llm.generateAsync(prompt(7), PLAIN.withAdapter(name));
                CompletableFuture<Completion> without = llm.generateAsync(prompt(7), PLAIN);
                if (round % 3 == 2) {
                    with.cancel(false);
                }
                llm.unloadAdapter(name);
                assertThat(facts(without.join())).isEqualTo(base);
                if (round % 2 == 0 && !with.isCancelled()) {
                    adapted = adapted == null ? facts(with.join()) : adapted;
                    assertThat(facts(with.join())).isEqualTo(adapted);
                }
                load.forEach(CompletableFuture::join);
                if (round == 7) {
                    answer(llm, 7, ""); // the same step last, so that the same tensors are open
                    settled.putAll(NativeResources.outstanding());
                }
            }
            answer(llm, 7, "");
            // A batch may still be the largest so far and take memory for itself; a leak would show once a round.
            NativeResources.outstanding()
                    .forEach((kind, count) ->
                            assertThat(count).as(kind.toString()).isLessThanOrEqualTo(settled(kind, settled) + 3));
            for (int round = 0; round < 10; round++) {
                Map<NativeResources.Kind, Long> before = NativeResources.outstanding();
                llm.loadAdapter("idle", folder("all"));
                assertThat(NativeResources.outstanding()).isNotEqualTo(before);
                llm.unloadAdapter("idle");
                assertThat(NativeResources.outstanding()).isEqualTo(before);
            }
        }
    }

    private static long settled(NativeResources.Kind kind, Map<NativeResources.Kind, Long> counts) {
        return counts.getOrDefault(kind, 0L);
    }

    @Test
    void keepsAdaptersThroughSleep() throws Exception {
        try (Llm llm = open()) {
            llm.loadAdapter("a", folder("mlp"));
            llm.loadAdapter("b", folder("all"));
            List<Object> expected = answer(llm, 3, "b");
            for (Sleep level : Sleep.values()) {
                llm.sleep(level, Duration.ofSeconds(10));
                assertThatThrownBy(() -> llm.loadAdapter("c", folder("query-value")))
                        .isInstanceOf(UnavailableException.class);
                llm.wake();
                assertThat(answer(llm, 3, "b")).as(level.toString()).isEqualTo(expected);
            }
            llm.sleep(Sleep.values()[Sleep.values().length - 1], Duration.ofSeconds(10));
            llm.unloadAdapter("a");
            llm.wake();
            assertThat(answer(llm, 3, "b")).isEqualTo(expected);
            assertThat(llm.adapters()).extracting(LoadedAdapter::name).containsExactly("b");
        }
    }

    @Test
    void closingEndsAnUnloadThatWaits() throws InterruptedException, TimeoutException {
        CompletableFuture<Void> unloading;
        try (Llm llm = open()) {
            llm.loadAdapter("a", folder("all"));
            TokenStream running = llm.stream(prompt(0), PLAIN.withMaxTokens(400).withAdapter("a"));
            running.next();
            unloading = CompletableFuture.runAsync(() -> llm.unloadAdapter("a"));
            while (!llm.adapters().isEmpty()) {
                Thread.onSpinWait();
            }
        }
        assertThatThrownBy(() -> unloading.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UnavailableException.class);
    }
}
