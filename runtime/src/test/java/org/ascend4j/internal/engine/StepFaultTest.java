package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.Capture;
import org.ascend4j.internal.acl.CaptureMode;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Event;
import org.ascend4j.internal.acl.Graph;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.engine.ModelRuns.Wish;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.model.GraphLevel;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.Sequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that go wrong on the host device. */
@Timeout(60)
class StepFaultTest {
    private static final Path TINY = Path.of("src/test/resources/golden/tiny-llama/tiny-llama-f16.gguf");
    private static final SamplingPlan GREEDY = new SamplingPlan(0, 0, 1, 0);
    private static final int POISONED = 77;

    private static final EngineOptions OPTIONS =
            EngineOptions.of(SchedulerOptions.of(4, 64, ModelRuns.CONTEXT).withPrefixCache(false));

    @AfterEach
    void leavesNothingOpen() {
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    /** The host device has as many streams as an NPU, and each graph occupies one. */
    @ParameterizedTest
    @EnumSource(
            value = GraphMode.class,
            names = {"AUTO", "PIECEWISE"})
    void fallsARungWhenABatchSizeIsNotCaptured(GraphMode mode) {
        List<Wish> wishes = ModelRuns.wishes(new Random(3), 6);
        try (Model model = ModelRuns.open(TINY, DataType.FLOAT16, true, 4, 4096)) {
            List<List<Integer>> expected = ModelRuns.alone(model, OPTIONS.withGraphs(GraphMode.EAGER), wishes);
            List<Graph> others = new ArrayList<>();
            try (Stream stream = model.session().device().stream()) {
                EngineLoop loop = EngineLoop.open(model, OPTIONS.withGraphs(mode));
                assertThat(ModelRuns.together(loop, wishes.subList(0, 1), 1)).isEqualTo(expected.subList(0, 1));
                assertThat(loop.graphStats().captured()).containsExactly(1);
                occupy(stream, others);
                assertThat(ModelRuns.together(loop, wishes, 6)).isEqualTo(expected);
                assertThat(loop.graphStats().level()).isEqualTo(GraphLevel.EAGER);
                assertThat(loop.graphStats().captured())
                        .as("what was captured before")
                        .containsExactly(1);
                assertThat(loop.graphStats().fallback()).contains("a batch of", "207008");
                assertThat(loop.graphStats().eager()).isPositive();
            } finally {
                others.forEach(Graph::close);
            }
        }
    }

    private static void occupy(Stream stream, List<Graph> graphs) {
        try {
            while (true) {
                try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
                    graphs.add(capture.end());
                }
            }
        } catch (AclException e) {
            assertThat(e.code()).isEqualTo(207008);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GraphMode.class,
            names = {"AUTO", "EAGER"})
    void endsAStepThatTakesTooLongAndTakesItBack(GraphMode mode) {
        LoadSettings settings = new LoadSettings(DataType.FLOAT16, true, 2, 4, 256, 512, 16, 4096);
        try (Model model = ModelRuns.open(TINY, settings, Duration.ofMillis(400))) {
            DeviceSession session = model.session();
            EngineLoop loop = EngineLoop.open(model, OPTIONS.withGraphs(mode));
            RecordingSink sink = new RecordingSink();
            loop.submit(List.of(new Request(new Sequence(1, new int[] {5, 6}, 50, GREEDY, Set.of()), sink)));
            for (int i = 0; i < 5; i++) {
                loop.step();
            }
            try (Event never = session.device().externalEvent()) {
                session.stream().waitFor(never);
                long start = System.nanoTime();
                assertThatThrownBy(() -> {
                            loop.step();
                            loop.step();
                            loop.step();
                        })
                        .isInstanceOf(AclException.class)
                        .satisfies(e -> assertThat(((AclException) e).code()).isIn(507046, 507047));
                assertThat(System.nanoTime() - start).as("ns").isLessThan(5_000_000_000L);
                assertThat(loop.stats().undoneSteps()).isPositive();
                assertThat(model.lastQueued()).contains(mode == GraphMode.EAGER ? "aclnnMatmul: " : "graph of 1 rows");
                never.record(session.side());
                model.settle();
            }
            assertThat(sink.tokens).hasSizeGreaterThan(2);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = GraphMode.class,
            names = {"AUTO", "PIECEWISE", "EAGER"})
    void failsOnlyTheRequestWhoseLogitsAreNoNumbers(GraphMode mode, @TempDir Path directory) throws IOException {
        Path file = poisoned(directory);
        for (SamplingPlan plan : List.of(GREEDY, new SamplingPlan(0.8f, 0, 1, 5), GREEDY.withLogprobs(3))) {
            try (Model model = ModelRuns.open(file, DataType.FLOAT16, true, 4, 4096)) {
                List<Wish> sound =
                        List.of(new Wish(new int[] {5, 6, 7}, 20, GREEDY), new Wish(new int[] {8, 9}, 20, plan));
                List<List<Integer>> expected =
                        ModelRuns.together(EngineLoop.open(model, OPTIONS.withGraphs(mode)), sound, 2);
                EngineLoop loop = EngineLoop.open(model, OPTIONS.withGraphs(mode));
                List<RecordingSink> sinks = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Wish wish = i < 2 ? sound.get(i) : new Wish(new int[] {5, 6, POISONED}, 20, plan);
                    sinks.add(new RecordingSink());
                    loop.submit(List.of(new Request(wish.sequence(i + 1), sinks.get(i))));
                }
                while (loop.hasWork()) {
                    loop.step();
                }
                assertThat(sinks.get(2).cause).hasMessageContaining("damaged");
                assertThat(sinks.get(2).tokens).isEmpty();
                assertThat(List.of(sinks.get(0).tokens, sinks.get(1).tokens)).isEqualTo(expected);
            }
        }
    }

    /** The model with an embedding of NaNs for one token. */
    private static Path poisoned(Path directory) throws IOException {
        Path copy = Files.copy(TINY, directory.resolve("poisoned.gguf"));
        long offset;
        int features;
        try (GgufFile file = GgufFile.open(copy)) {
            GgufTensor table = file.requireTensor("token_embd.weight");
            features = (int) table.shape()[0];
            offset = file.dataStart() + table.offset() + (long) POISONED * features * Short.BYTES;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(copy.toFile(), "rw")) {
            bytes.seek(offset);
            for (int i = 0; i < features; i++) {
                bytes.write(new byte[] {0, 0x7e});
            }
        }
        return copy;
    }

    @ParameterizedTest
    @EnumSource(
            value = GraphMode.class,
            names = {"AUTO", "EAGER"})
    void failsTheRequestsOfAStepThatIsRefusedAndGoesOn(GraphMode mode) {
        List<Wish> wishes = ModelRuns.wishes(new Random(8), 8).stream()
                .map(wish -> new Wish(wish.prompt(), wish.maxTokens(), wish.plan()))
                .toList();
        try (Model model = ModelRuns.open(TINY, DataType.FLOAT16, true, 4, 4096)) {
            List<List<Integer>> expected = ModelRuns.alone(model, OPTIONS.withGraphs(GraphMode.EAGER), wishes);
            for (int refusedAt = 0; refusedAt < 12; refusedAt += 3) {
                RefusingModel refusing = new RefusingModel(model, refusedAt);
                EngineLoop loop = EngineLoop.open(refusing, OPTIONS.withGraphs(mode));
                List<RecordingSink> sinks = new ArrayList<>();
                for (int i = 0; i < wishes.size(); i++) {
                    sinks.add(new RecordingSink());
                    loop.submit(List.of(new Request(wishes.get(i).sequence(i + 1), sinks.get(i))));
                }
                while (loop.hasWork()) {
                    loop.step();
                }
                int failed = 0;
                for (int i = 0; i < wishes.size(); i++) {
                    RecordingSink sink = sinks.get(i);
                    assertThat(sink.tokens)
                            .as("request " + i + ", refused at " + refusedAt)
                            .isEqualTo(expected.get(i).subList(0, sink.tokens.size()));
                    assertThat(sink.cause == null)
                            .isEqualTo(sink.tokens.size() == expected.get(i).size());
                    failed += sink.cause == null ? 0 : 1;
                }
                assertThat(failed).isBetween(1, 4);
                assertThat(loop.stats().usedBlocks()).isZero();
            }
        }
    }

    @Test
    void refusesToOpenWithoutTheGraphsThatWereDemanded() {
        try (Model model = ModelRuns.open(TINY, DataType.FLOAT, false, 4, 4096)) {
            assertThatThrownBy(() -> EngineLoop.open(model, OPTIONS.withGraphs(GraphMode.FULL)))
                    .hasMessageContaining("graphs: FULL was asked for, but attention in float32")
                    .hasMessageContaining("choose AUTO to go on with PIECEWISE");
        }
    }
}
